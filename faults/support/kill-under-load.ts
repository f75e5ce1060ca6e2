import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "../../src/storage/store.ts";
import type { Bench, Finding } from "../part.ts";
import { grouped, percentile, seconds, spread } from "./figures.ts";
import { type Database, type Fleet, openDatabase, openFleet } from "./fleet.ts";
import { benchSecrets, forgetLimits, furnish } from "./furnish.ts";
import { type Judgement, judge } from "./judge.ts";
import type { Ledger } from "./ledger.ts";
import { startLoad } from "./load.ts";
import { findLostWrites } from "./lost-writes.ts";
import { openMailSink } from "./mail-sink.ts";

/** What a start may take (ms): the promise for a machine that does nothing else, and what a shared one is forgiven. */
const readyWithin = { whole: 1000, short: 10_000 };

type Killing = {
  database: Database;
  nodes: number;
  /** ms that people take before each call: so that a start is not measured by what others take of the machine. */
  think: number;
  /** For how long the load runs between the first write after a start and the next kill: from, to (ms). */
  pause: [number, number];
};

/** Kills one node after the other while people use them, starts each again, and judges in the end. */
export async function killUnderLoad(bench: Bench, { database, nodes, think, pause }: Killing): Promise<Finding> {
  const sink = await openMailSink();
  const where = { folder: bench.folder, database };
  const fleet = await openFleet({ ...where, nodes, smtpUrl: sink.url });
  try {
    const cast = await withDatabase(where, async (store) => {
      await store.migrate();
      return furnish(store, benchSecrets, { services: 40, accounts: 12 });
    });
    await fleet.startAll();
    const load = startLoad({ url: fleet.url, cast, sink, random: bench.random, lanes: 16, think });
    try {
      const kills = new Kills(bench, fleet, load.ledger, where);
      for (let kill = 1; kill <= bench.count; kill++) {
        await untilOneMoreWrites(load.ledger);
        await sleep(pause[0] + bench.random() * (pause[1] - pause[0]));
        await kills.next();
      }
      await load.stop();
      const judged = await withDatabase(where, (store) => judge(store, load.ledger, sink.received));
      return findingOf(bench, kills, judged);
    } finally {
      await load.stop(0);
    }
  } finally {
    await fleet.close();
    await sink.close();
  }
}

/** So that each kill hits somebody, also where the machine is busy with other things. */
async function untilOneMoreWrites(ledger: Ledger, patience = 10_000): Promise<void> {
  const before = ledger.acknowledgements;
  const until = performance.now() + patience;
  while (ledger.acknowledgements === before && performance.now() < until) await sleep(10);
}

type Where = Parameters<typeof openDatabase>[0];

async function withDatabase<T>(where: Where, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openDatabase(where);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

class Kills {
  /** ms from each start until the node was ready. */
  readonly starts: number[] = [];
  readonly lost: string[] = [];
  readonly #bench: Bench;
  readonly #fleet: Fleet;
  readonly #ledger: Ledger;
  readonly #where: Where;
  #checked = 0;

  constructor(bench: Bench, fleet: Fleet, ledger: Ledger, where: Where) {
    this.#bench = bench;
    this.#fleet = fleet;
    this.#ledger = ledger;
    this.#where = where;
  }

  /** The load goes on meanwhile and repeats what was cut off. Nobody opens the database between death and start: the node mends it by itself. */
  async next(): Promise<void> {
    const node = Math.floor(this.#bench.random() * this.#fleet.nodes);
    await this.#fleet.kill(node);
    const upTo = this.#ledger.entries.length;
    this.starts.push(await this.#fleet.start(node));
    await withDatabase(this.#where, async (store) => {
      // What was without an answer at the kill is looked at by the judge.
      const lost = await findLostWrites(store, this.#ledger.entries.slice(this.#checked, upTo));
      this.lost.push(...lost.map((text) => `after kill ${this.starts.length}: ${text}`));
      await forgetLimits(store);
    });
    this.#checked = upTo;
    if (this.starts.length % 50 === 0)
      this.#bench.say(`${this.starts.length} kills, ${this.#ledger.acknowledgements} acknowledged writes, ${spread(this.starts)}`);
  }
}

function findingOf(bench: Bench, { starts, lost }: Kills, { zeros, faults, counted }: Judgement): Finding {
  const p95 = percentile(starts, 0.95);
  const slow = p95 > (bench.short ? readyWithin.short : readyWithin.whole) ? [`ready again only after ${seconds(p95)} (p95)`] : [];
  return {
    tried: `${grouped(starts.length)} kills, ${grouped(counted.acknowledged)} acknowledged writes, ${grouped(counted.moves)} roles moved, ${grouped(counted.letters)} letters`,
    zeros,
    faults: [...lost.slice(0, 10), ...faults, ...slow],
    measured: `ready again ${spread(starts)}; ${grouped(counted.duplicates)} letters twice with the same Message-ID`,
  };
}
