import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { benchContext } from "../bench-context.ts";
import { percentile } from "../figures.ts";
import { type Fleet, openDatabase, openFleet } from "../fleet.ts";
import { benchSecrets, furnish } from "../furnish.ts";
import { startSmtpSinkProcess } from "./sink-process.ts";
import { addresses, writeLetters } from "./write-letters.ts";

/** How one recipient in ten is bad, and what the mail server knows such recipients by. */
export const badWays = { "refused for good": "never", "refused for now": "later", slow: "slow" } as const;

type Race = { folder: string; letters: number; kind: string };

/**
 * By how much (0.1: a tenth) the good nine tenths are delivered more slowly when the last tenth of the recipients is bad: two servers side by
 * side, each with a mail server of its own, one of them with only good recipients, so that both have the same machine; the median of some rounds.
 */
export async function costOfBadTenth(race: Race, rounds: number): Promise<{ cost: number; perSecond: number }> {
  const [costs, rates]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const folder = join(race.folder, `${race.kind}-${round}`);
    const { cost, perSecond } = await run({ ...race, folder }, round % 2 === 0);
    costs.push(cost);
    rates.push(perSecond);
  }
  return { cost: percentile(costs, 0.5), perSecond: percentile(rates, 0.5) };
}

/** Counts from when both deliver until the first of them has delivered all its good letters. */
async function run({ folder, letters, kind }: Race, badFirst: boolean): Promise<{ cost: number; perSecond: number }> {
  const runners = await Promise.all([prepare(join(folder, "usual"), letters, "fine"), prepare(join(folder, "tried"), letters, kind)]);
  const [usual, tried] = runners;
  try {
    await Promise.all((badFirst ? [tried, usual] : [usual, tried]).map(({ fleet }) => fleet.start(0)));
    const from = await until(runners, (delivered) => delivered.every((count) => count > 0));
    const to = await until(runners, (delivered) => delivered.some((count) => count >= letters * 0.9));
    const [ofUsual = 0, ofTried = 0] = to.delivered.map((count, n) => count - (from.delivered[n] ?? 0));
    return { cost: 1 - ofTried / ofUsual, perSecond: (ofUsual * 1000) / (to.at - from.at) };
  } finally {
    await Promise.all(runners.map((runner) => runner.close()));
  }
}

/** `delivered`: letters to good recipients that its mail server has taken. */
type Runner = { fleet: Fleet; delivered(): Promise<number>; close(): Promise<void> };

async function until(runners: readonly [Runner, Runner], reached: (delivered: readonly number[]) => boolean) {
  const patience = performance.now() + 120_000;
  for (;;) {
    const delivered = await Promise.all([runners[0].delivered(), runners[1].delivered()]);
    const at = performance.now();
    if (reached(delivered)) return { delivered, at };
    if (at > patience) throw new Error(`only ${delivered.join(" and ")} letters arrived`);
    await sleep(5);
  }
}

/** `kind`: what the addresses of one in ten begin with. */
async function prepare(folder: string, letters: number, kind: string): Promise<Runner> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const database = { kind: "sqlite" } as const;
  const store = await openDatabase({ folder, database });
  try {
    await store.migrate();
    await furnish(store, benchSecrets, { services: 0, accounts: 1 });
    const recipients = addresses(letters).map((address, n) => (n % 10 === 3 ? address.replace("good", kind) : address));
    await writeLetters(benchContext(store), recipients);
  } finally {
    await store.close();
  }
  const sink = await startSmtpSinkProcess();
  const fleet = await openFleet({ folder, database, nodes: 1, smtpUrl: sink.url });
  return {
    fleet,
    delivered: async () => (await sink.counts()).good,
    close: async () => {
      await fleet.close();
      await sink.close();
    },
  };
}
