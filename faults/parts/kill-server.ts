import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Finding, Part } from "../part.ts";
import { grouped, percentile, seconds, spread } from "../support/figures.ts";
import { type Fleet, openDatabase, openFleet } from "../support/fleet.ts";
import { benchSecrets, forgetLimits, furnish } from "../support/furnish.ts";
import { judge } from "../support/judge.ts";
import type { Ledger } from "../support/ledger.ts";
import { startLoad } from "../support/load.ts";
import { findLostWrites } from "../support/lost-writes.ts";
import { openMailSink } from "../support/mail-sink.ts";

/** What a start may take (ms): the promise of the issue for a machine that does nothing else, and what a shared one is forgiven. */
const readyWithin = { whole: 1000, short: 10_000 };

export const killServer: Part = {
  name: "kill-server",
  about: "SIGKILL of the only server, on SQLite, at random moments under load",
  whole: 1000,
  short: 100,
  run: async (bench) => {
    const sink = await openMailSink();
    const where = { folder: bench.folder, database: { kind: "sqlite" } } as const;
    const fleet = await openFleet({ ...where, nodes: 1, smtpUrl: sink.url });
    try {
      const cast = await withDatabase(where, async (store) => {
        await store.migrate();
        return furnish(store, benchSecrets, { services: 40, accounts: 12 });
      });
      await fleet.start(0);
      const load = startLoad({ url: fleet.url, cast, sink, random: bench.random, lanes: 16 });
      const { starts, lost } = await killAgainAndAgain(bench, fleet, load.ledger, where);
      await load.stop();
      const judged = await withDatabase(where, (store) => judge(store, load.ledger, sink.received));
      return findingOf(bench, starts, lost, judged);
    } finally {
      await fleet.close();
      await sink.close();
    }
  },
};

type Where = Parameters<typeof openDatabase>[0];

async function withDatabase<T>(where: Where, work: (store: Awaited<ReturnType<typeof openDatabase>>) => Promise<T>): Promise<T> {
  const store = await openDatabase(where);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** The load goes on meanwhile and repeats what was cut off. Nobody opens the database between death and start: the server mends it by itself. */
async function killAgainAndAgain(bench: Bench, fleet: Fleet, ledger: Ledger, where: Where): Promise<{ starts: number[]; lost: string[] }> {
  const starts: number[] = [];
  const lost: string[] = [];
  let checked = 0;
  for (let kill = 1; kill <= bench.count; kill++) {
    await sleep(100 + bench.random() * (bench.short ? 400 : 800));
    await fleet.kill(0);
    const upTo = ledger.entries.length;
    starts.push(await fleet.start(0));
    await withDatabase(where, async (store) => {
      lost.push(...(await findLostWrites(store, ledger.entries.slice(checked, upTo))).map((text) => `after kill ${kill}: ${text}`));
      await forgetLimits(store);
    });
    // What was without an answer at the kill is looked at by the judge.
    checked = upTo;
    if (kill % 50 === 0) bench.say(`${kill} kills, ${ledger.acknowledged().length} acknowledged writes, ${spread(starts)}`);
  }
  return { starts, lost };
}

function findingOf(bench: Bench, starts: number[], lost: string[], { zeros, faults, counted }: Awaited<ReturnType<typeof judge>>): Finding {
  const limit = bench.short ? readyWithin.short : readyWithin.whole;
  const slow = percentile(starts, 0.95) > limit ? [`ready again only after ${seconds(percentile(starts, 0.95))} (p95)`] : [];
  return {
    tried: `${grouped(starts.length)} kills, ${grouped(counted.acknowledged)} acknowledged writes, ${grouped(counted.moves)} roles moved, ${grouped(counted.letters)} letters`,
    zeros,
    faults: [...lost.slice(0, 10), ...faults, ...slow],
    measured: `ready again ${spread(starts)}; ${grouped(counted.duplicates)} letters twice with the same Message-ID`,
  };
}
