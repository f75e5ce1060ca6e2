import { setTimeout as sleep } from "node:timers/promises";
import { retryMail } from "../../src/outbox/retry-mail.ts";
import type { Bench, Finding, Part } from "../part.ts";
import { grouped } from "../support/figures.ts";
import { badWays, costOfBadTenth } from "../support/mail/bad-tenth.ts";
import { faultsOf, judgeLetters } from "../support/mail/judge-letters.ts";
import { type MailRoom, openMailRoom } from "../support/mail/mail-room.ts";
import { type Trouble, troubles } from "../support/mail/moods.ts";
import { addresses, writeLetters } from "../support/mail/write-letters.ts";

const minute = 60_000;
/** Simulated ms after its return within which all must be delivered. */
const promised = 10 * minute;
/** The share of their speed that one bad recipient in ten may cost the others. */
const mostCost = 0.1;

/** The mail server goes wrong in every way for up to an hour of simulated time, while letters wait for it. */
export const mailServer: Part = {
  name: "mail-server",
  about: "the mail server refuses, hangs, drops, talks nonsense, and is away for an hour with letters waiting",
  whole: 10_000,
  short: 100,
  run,
};

/** `away`: simulated ms; `before`: the share of the letters that leaves before it begins. */
type Trial = { trouble: Trouble; letters: number; away: number; before: number };
/** `took`: simulated ms from the server's return until the last letter; `failed`: letters that were refused for good meanwhile. */
type Tried = Trial & { took: number; repeated: number; failed: number; faults: string[]; lost: number; madeUp: number };

async function run(bench: Bench): Promise<Finding> {
  const few = Math.max(10, Math.round(bench.count / 20));
  const longest = bench.short ? 10 : 60;
  const trials = troubles.map(
    (trouble): Trial => ({ trouble, letters: few, away: Math.round((5 + bench.random() * (longest - 5)) * minute), before: bench.random() * 0.2 }),
  );
  const tried = await inLanes(trials, bench.short ? 10 : 3, (trial) => attempt(bench, trial));
  const [refuses] = troubles;
  if (refuses) tried.push(await attempt(bench, { trouble: refuses, letters: bench.count, away: 60 * minute, before: 0.05 }));
  const finding = findingOf(tried);
  const costs = await costsOfBadRecipients(bench);
  return { ...finding, faults: [...finding.faults, ...costs.faults], measured: `${finding.measured}; ${costs.measured}` };
}

/** Whether one bad recipient in ten costs the others more than a tenth; the short form only tells it: other work on the machine costs as much. */
async function costsOfBadRecipients(bench: Bench): Promise<{ faults: string[]; measured: string }> {
  const faults: string[] = [];
  const told: string[] = [];
  for (const [way, kind] of Object.entries(badWays)) {
    const { cost, perSecond } = await costOfBadTenth({ folder: bench.folder, letters: bench.short ? 1500 : 10_000, kind }, bench.short ? 1 : 5);
    const text = `one recipient in ten ${way} costs the others ${(cost * 100).toFixed(0)} % of ${perSecond.toFixed(0)} letters a second`;
    bench.say(text);
    told.push(text);
    if (!bench.short && cost > mostCost) faults.push(text);
  }
  return { faults, measured: told.join(", ") };
}

/** Several at once: each mostly waits. Not so many that letters wait for one another: the waits of the transport are shortened. The results in the order of the trials. */
async function inLanes(trials: readonly Trial[], lanes: number, run: (trial: Trial) => Promise<Tried>): Promise<Tried[]> {
  const results: Tried[] = [];
  const left = [...trials.entries()];
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) results[next[0]] = await run(next[1]);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

async function attempt(bench: Bench, trial: Trial): Promise<Tried> {
  const { trouble, letters, away, before } = trial;
  const room = await openMailRoom();
  try {
    const written = await writeLetters(room.context, addresses(letters));
    await taken(room, Math.floor(letters * before));
    await trouble.begin(room.server);
    await room.pass(away);
    await trouble.end(room.server);
    const back = room.now();
    let failed = await sendFailedAgain(room);
    let done = await room.untilDone(60 * minute);
    // Those that were just being refused when it ended.
    const late = await sendFailedAgain(room);
    if (late > 0) done = (await room.untilDone(60 * minute)) && done;
    failed += late;
    const took = room.now() - back;
    const result = judgeLetters(written, room.server.taken, (letter) => !letter.told);
    const at = `${trouble.name}, ${letters} letters, ${Math.round(away / minute)} min`;
    bench.say(`${at}: all ${Math.round(took / 1000)} s after its return, ${result.repeated} twice, ${failed} sent again by hand`);
    const faults = [
      ...(done ? [] : [`${at}: letters are left: ${JSON.stringify(await room.states())}`]),
      ...(took > promised ? [`${at}: the last letter came ${Math.round(took / 1000)} s after its return`] : []),
      ...faultsOf(result).map((fault) => `${at}: ${fault}`),
    ];
    return { ...trial, took, repeated: result.repeated, failed, faults, lost: result.lost.length, madeUp: result.madeUp.length };
  } finally {
    await room.close();
  }
}

/** ms for the letters before a trouble. */
const mostWait = 120_000;

async function taken(room: MailRoom, count: number): Promise<void> {
  for (const until = performance.now() + mostWait; room.server.taken.length < count; await sleep(1))
    if (performance.now() > until) throw new Error(`only ${room.server.taken.length} letters of ${count} arrived`);
}

/** What the operator does with letters that were refused for good. */
async function sendFailedAgain({ context }: MailRoom): Promise<number> {
  const rows = await context.store.read.selectFrom("outbox").select("id").where("state", "=", "failed").execute();
  for (const { id } of rows) await retryMail(context, { kind: "operator", source: "bench" }, { id });
  return rows.length;
}

function findingOf(tried: readonly Tried[]): Finding {
  const total = (what: "letters" | "repeated" | "failed" | "lost" | "madeUp"): number => tried.reduce((sum, one) => sum + one[what], 0);
  const slowest = Math.max(...tried.map((one) => one.took));
  const hour = tried.at(-1);
  return {
    tried: `${tried.length} troubles of ${Math.round(Math.min(...tried.map(({ away }) => away)) / minute)} to ${Math.round(Math.max(...tried.map(({ away }) => away)) / minute)} simulated minutes, ${grouped(total("letters"))} letters; two workers`,
    zeros: { writesLost: 0, movedWithoutConsent: 0, codesUsedTwice: 0, mailsLost: total("lost"), mailsMadeUp: total("madeUp") },
    faults: tried.flatMap((one) => one.faults),
    measured: `all delivered at most ${Math.round(slowest / 1000)} s after the server's return (${grouped(hour?.letters ?? 0)} after an hour: ${Math.round((hour?.took ?? 0) / 1000)} s); ${grouped(total("repeated"))} twice, each after a 250 that never came; ${grouped(total("failed"))} refused for good and sent again by hand`,
  };
}
