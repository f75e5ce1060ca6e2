import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Bench, Finding } from "../part.ts";
import { grouped, percentile, seconds, spread } from "./figures.ts";
import { forgetLimits } from "./furnish.ts";
import type { Judgement } from "./judge.ts";
import { nodesUnderLoad, type Scene, type WatchedNode } from "./nodes-under-load.ts";
import { type Patroni, startPatroni } from "./patroni.ts";
import { watch } from "./watch.ts";

/** What is promised (ms, p95): until the database takes writes again, and from then on until each of our nodes does and delivers. */
export type Promised = { database: number; node: number };

/** One death: ms from it until the database took writes, from then until a node did, and until its worker delivered. */
type Death = { database: number; writes: number[]; letters: number[] };

/** ms for which a node is waited for before it counts as one that never came back. */
const longest = 60_000;

/** Lets `die` happen to the primary of a cluster, `bench.count` times, under three nodes of ours that are under load. */
export async function surviveFailovers(bench: Bench, promised: Promised, die: (cluster: Patroni, primary: string) => Promise<void>): Promise<Finding> {
  const cluster = await startPatroni(bench.folder);
  try {
    const { gave, judged } = await nodesUnderLoad(bench, { url: cluster.url }, async (scene) => {
      const deaths: Death[] = [];
      for (let n = 1; n <= bench.count; n++) {
        await sleep(1000 + bench.random() * 2000);
        const primary = await cluster.primary();
        deaths.push(await watchDeath(cluster, scene, () => die(cluster, primary)));
        await cluster.waitUntilHealthy();
        await forgetLimits(scene.store);
        bench.say(`${n} of ${bench.count}: ${primary} died, ${await cluster.primary()} is primary; ${spread(deaths.map((death) => death.database))}`);
      }
      return deaths;
    });
    return findingOf(bench.short ? onAnyMachine(promised) : promised, gave, judged);
  } finally {
    await cluster.close();
  }
}

/** Until everything is at work again. */
async function watchDeath(cluster: Patroni, { nodes }: Scene, die: () => Promise<void>): Promise<Death> {
  const database = watch(() => takesWrites(cluster.url));
  const watches = nodes.map((node) => watch(() => node.write()));
  const died = Date.now();
  try {
    await die();
    const back = await until(() => database.backSince(died));
    const writes = await Promise.all(watches.map((one) => until(() => one.backSince(died))));
    const letters = await Promise.all(nodes.map((node) => until(() => letterSince(node, back))));
    const after = (times: number[]): number[] => times.map((time) => Math.max(0, time - back));
    return { database: back - died, writes: after(writes), letters: after(letters) };
  } finally {
    await Promise.all([database, ...watches].map((one) => one.stop()));
  }
}

function letterSince(node: WatchedNode, time: number): number | undefined {
  return node.lastLetter() >= time ? node.lastLetter() : undefined;
}

async function until(look: () => number | undefined): Promise<number> {
  for (const end = Date.now() + longest; ; await sleep(10)) {
    const found = look();
    if (found !== undefined || Date.now() > end) return found ?? Number.POSITIVE_INFINITY;
  }
}

/** Not by our own store: it is what is tried. A message in the log is a write that waits for the standby like any other, and leaves no row. */
async function takesWrites(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000, query_timeout: 2000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("select pg_logical_emit_message(true, 'bench', 'x')");
    return true;
  } finally {
    client.end().catch(() => {});
  }
}

/** The short form runs on machines that have other work. */
function onAnyMachine({ database, node }: Promised): Promised {
  return { database: database * 10, node: node * 10 };
}

function findingOf(promised: Promised, deaths: readonly Death[], { zeros, faults, counted }: Judgement): Finding {
  const database = deaths.map((death) => death.database);
  const writes = deaths.flatMap((death) => death.writes);
  const letters = deaths.flatMap((death) => death.letters);
  return {
    tried: `${grouped(deaths.length)} deaths of the primary, ${grouped(counted.acknowledged)} acknowledged writes, ${grouped(counted.moves)} roles moved, ${grouped(counted.letters)} letters`,
    zeros,
    faults: [
      ...faults,
      ...tooLate("the database takes writes", percentile(database, 0.95), promised.database, "p95"),
      ...tooLate("a node writes after the database is back", Math.max(...writes), promised.node, "at most"),
      ...tooLate("a node delivers after the database is back", Math.max(...letters), promised.node, "at most"),
    ],
    measured: `writes back ${spread(database)}; from then each node writes ${spread(writes)}, delivers ${spread(letters)}; ${grouped(counted.duplicates)} letters twice with the same Message-ID`,
  };
}

function tooLate(what: string, ms: number, promised: number, figure: string): string[] {
  return ms > promised ? [`${what} only after ${seconds(ms)} (${figure}), promised are ${seconds(promised)}`] : [];
}
