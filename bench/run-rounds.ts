import { setTimeout as sleep } from "node:timers/promises";
import { calmRounds } from "./calm-rounds.ts";
import type { Contender, Trial } from "./contender.ts";
import { generateLoad, type Seen } from "./generate-load.ts";
import { residentMemory, watchMachine } from "./machine.ts";
import { median } from "./median.ts";
import { processorTime } from "./processor-time.ts";

/** What a server did in one operation: medians of the rounds that count. Times in ms, memory in MB; `processor`: ms of the server for each answer. */
export type Figures = { name: string; rate: number; p50: number; p99: number; processor: number; memory: number; refused: number; broken: number };

/** `swing`: by how much the machine itself changed in the worst round that counts; `again`: rounds that were run on top, since others were disturbed. */
export type Measured = Pick<Trial, "name" | "key"> & { figures: Figures[]; swing: number; again: number; idle: number; load: number };

/** Where and how long; `control`: bare node:http, the machine's unit in that minute. */
export type Course = { folder: string; rounds: number; seconds: number; control: string };

/** A B A B: in each round every contender has its turn. */
export function runRounds(course: Course, trial: Trial): Promise<Measured> {
  return watchRounds(course, trial, async () => {
    const figures: Figures[] = [];
    for (const contender of trial.contenders) {
      const turn = await takeTurn(course, trial, contender);
      if (!turn) return undefined;
      figures.push(turn);
    }
    return figures;
  });
}

/** Rounds between two looks at what the machine can do at all. `takeRound`: everybody's turn, in the same order each time; undefined where nothing is left to do. */
export async function watchRounds(
  course: Course,
  { name, key }: Pick<Trial, "name" | "key">,
  takeRound: () => Promise<Figures[] | undefined>,
): Promise<Measured> {
  const since = watchMachine();
  let before = await control(course);
  const { counted, again } = await calmRounds(course.rounds, async () => {
    const figures = await takeRound();
    if (!figures) return undefined;
    const [was, after] = [before, await control(course)];
    before = after;
    return { figures, swing: Math.abs(after - was) / Math.max(after, was) };
  });
  const [first] = counted;
  if (!first) throw new Error(`${name}: there is not enough to do for so many clients`);
  return {
    name,
    key,
    figures: first.figures.map((_, at) => medians(counted.flatMap(({ figures }) => figures[at] ?? []))),
    swing: Math.max(...counted.map(({ swing }) => swing)),
    again,
    ...since(),
  };
}

async function control({ folder, control: url, seconds }: Course): Promise<number> {
  const requests = [{ method: "GET" as const, path: "/", headers: {} }];
  const seen = await generateLoad(folder, { url, requests, once: false, clients: 32, seconds: seconds > 2 ? 2 : 1 });
  return seen.requests / seen.seconds;
}

/** Undefined where too little is left that can be sent. */
export async function takeTurn({ folder, seconds }: Course, { once, clients }: Trial, contender: Contender): Promise<Figures | undefined> {
  const { name, server, sent } = contender;
  const requests = contender.requests(seconds);
  if (once && requests.length < 4 * clients) return undefined;
  const before = processorTime(server.pid);
  const seen = await generateLoad(folder, { url: server.url, requests, once, clients, seconds });
  // Those under way at the end were sent too, and wrk takes one to look at it.
  sent?.(seen.requests + clients + 1);
  const figures = figuresOf(name, seen, processorTime(server.pid) - before, residentMemory(server.pid));
  await untilIdle(server.pid);
  return figures;
}

/** A slow server goes on with what nobody waits for any more: the next one shall not pay for it. */
async function untilIdle(pid: number, patience = 60_000): Promise<void> {
  const until = performance.now() + patience;
  for (let [before, busy] = [processorTime(pid), true]; busy && performance.now() < until; ) {
    await sleep(100);
    const now = processorTime(pid);
    busy = now - before > 20;
    before = now;
  }
}

function figuresOf(name: string, seen: Seen, processor: number, memory: number): Figures {
  const { requests, seconds, refused, broken } = seen;
  // Who has answered nothing was not quick.
  const [p50, p99] = requests > 0 ? [seen.p50, seen.p99] : [Number.NaN, Number.NaN];
  return { name, rate: (requests - refused) / seconds, p50, p99, processor: processor / Math.max(1, requests), memory, refused, broken };
}

function medians(turns: readonly Figures[]): Figures {
  const of = (key: Exclude<keyof Figures, "name">): number => median(turns.map((turn) => turn[key]));
  const sum = (key: "refused" | "broken"): number => turns.reduce((all, turn) => all + turn[key], 0);
  return {
    name: turns[0]?.name ?? "",
    rate: of("rate"),
    p50: of("p50"),
    p99: of("p99"),
    processor: of("processor"),
    memory: Math.max(...turns.map((turn) => turn.memory)),
    refused: sum("refused"),
    broken: sum("broken"),
  };
}
