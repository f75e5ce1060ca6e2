import type { Finding, Part, Zeros } from "../part.ts";
import { type ClockScene, type Played, playScene } from "../support/clock-scene.ts";
import { forgetFakedClocks } from "../support/faked-clock.ts";
import { grouped } from "../support/figures.ts";

const minute = 60_000;
const hour = 60 * minute;

const wrongClocks: ClockScene = {
  name: "10 minutes ahead and behind, one set back by an hour",
  engine: "postgres",
  nodes: [0, 10 * minute, -10 * minute],
  back: hour,
};
const end2038: ClockScene = { name: "the end of 32 bits in 2038", engine: "sqlite", nodes: [0], over: 2 ** 31 * 1000 };

const scenes: readonly ClockScene[] = [
  wrongClocks,
  { ...end2038, name: "the end of 32 bits in 2038, three nodes", engine: "postgres", nodes: [0, 10 * minute, -10 * minute] },
  end2038,
  { name: "summer time begins", engine: "sqlite", nodes: [0], over: Date.UTC(2027, 2, 28, 1), zone: "Europe/Berlin" },
  { name: "summer time ends", engine: "postgres", nodes: [0, -10 * minute], over: Date.UTC(2027, 9, 31, 1), zone: "Europe/Berlin" },
  { name: "the only node is set back by an hour, and right again", engine: "sqlite", nodes: [0], back: hour },
];

export const clocks: Part = {
  name: "clocks",
  about: "clocks of nodes that are wrong, set back by an hour, at the change of summer time and in 2038",
  whole: 60,
  short: 4,
  run: async (bench) => {
    const chosen = bench.short ? [wrongClocks, end2038] : scenes;
    const played: Played[] = [];
    for (const scene of chosen) {
      bench.say(scene.name);
      played.push(await playScene(bench, scene, Math.ceil(bench.count / chosen.length)));
    }
    forgetFakedClocks();
    return findingOf(played);
  },
};

function findingOf(played: readonly Played[]): Finding {
  const sum = (of: (one: Played) => number): number => played.reduce((total, one) => total + of(one), 0);
  const [inTime, tooLate] = [sum(({ trials }) => trials.inTime), sum(({ trials }) => trials.tooLate)];
  const zero = (name: keyof Zeros): number => sum(({ judged }) => judged.zeros[name]);
  return {
    tried: `${grouped(sum(({ trials }) => trials.count))} trials in ${played.length} scenes, ${grouped(sum(({ judged }) => judged.counted.acknowledged))} acknowledged writes`,
    zeros: {
      writesLost: zero("writesLost"),
      movedWithoutConsent: zero("movedWithoutConsent"),
      codesUsedTwice: zero("codesUsedTwice"),
      mailsLost: zero("mailsLost"),
      mailsMadeUp: zero("mailsMadeUp"),
    },
    faults: [
      ...played.flatMap(({ judged, faults }) => [...faults, ...judged.faults]),
      ...(inTime === 0 || tooLate === 0 ? ["no code came in time, or none too late: nothing was tried"] : []),
    ],
    measured: `${grouped(inTime)} codes taken in time, ${grouped(tooLate)} refused as too late`,
  };
}
