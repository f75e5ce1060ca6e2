import { join } from "node:path";
import { openPostgres } from "../../src/storage/postgres.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";
import { startPostgres } from "../../test/support/postgres-server.ts";
import type { Bench } from "../part.ts";
import { ClockTrials } from "./clock-trials.ts";
import { type FakedClock, fakedClock } from "./faked-clock.ts";
import { type Fleet, openFleet } from "./fleet.ts";
import { createFreshDatabase } from "./fresh-database.ts";
import { benchSecrets, forgetLimits, furnish } from "./furnish.ts";
import { type Judgement, judge } from "./judge.ts";
import { Ledger } from "./ledger.ts";
import { type Load, startLoad } from "./load.ts";
import { openMailSink } from "./mail-sink.ts";

const second = 1000;

/** Some nodes whose clocks are not what they should be. */
export type ClockScene = {
  name: string;
  engine: "sqlite" | "postgres";
  /** By how much (ms) the clock of each node differs from the one that decides; on SQLite there is one node, and its clock decides. */
  nodes: readonly number[];
  /** The moment (ms since 1970) over which the deciding clock passes while the scene is played; undefined: it is right. */
  over?: number;
  /** What node 0's clock does half-way: it is set back by so much (ms), and right again at the end. */
  back?: number;
  zone?: string;
};

export type Played = { judged: Judgement; trials: ClockTrials; faults: string[] };

/** ms from the start of the first process to the moment over which the clock passes. */
const lead = 12 * second;

/** Plays a scene under load, with so many trials of what must be done in time, and judges. */
export async function playScene(bench: Bench, scene: ClockScene, count: number): Promise<Played> {
  const ends: (() => Promise<void>)[] = [];
  try {
    return await play(bench, scene, count, ends);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function play(bench: Bench, scene: ClockScene, count: number, ends: (() => Promise<void>)[]): Promise<Played> {
  const place = join(bench.folder, scene.name.replaceAll(/[^a-z0-9]+/gi, "-"));
  const base = scene.over === undefined ? 0 : scene.over - lead - Date.now();
  const stage = await openStage(place, bench.folder, scene, base);
  ends.push(() => stage.close());
  const { store, fleet, sink, clocks } = stage;
  const cast = await furnish(store, benchSecrets, { services: 12, accounts: 10 });
  await fleet.startAll();
  const deciding = (): number => Date.now() + (scene.engine === "sqlite" ? (clocks[0]?.offset ?? 0) : base);
  const loadCast = { ...cast, services: cast.services.slice(0, 8) };
  const begin = (): Load => startLoad({ url: fleet.url, cast: loadCast, sink, random: bench.random, lanes: 4, clock: deciding });
  const loads = [begin()];
  const trials = await ClockTrials.begin({ fleet, store, cast: { ...cast, services: cast.services.slice(8) }, sink, random: bench.random, deciding });
  try {
    for (let trial = 0; trial < count || (scene.over !== undefined && deciding() < scene.over + 3 * second); trial++) {
      if (scene.back !== undefined && trial === Math.floor(count / 2)) {
        // Where this is the clock that decides, programs go by it, and those that call meanwhile would be refused for no fault of the system.
        if (scene.engine === "sqlite") await loads.at(-1)?.stop();
        await clocks[0]?.set(clocks[0].offset - scene.back);
        if (scene.engine === "sqlite") loads.push(begin());
      }
      await trials.next();
      await forgetLimits(store);
    }
    await loads.at(-1)?.stop();
    if (scene.back !== undefined) await clocks[0]?.set(clocks[0].offset + scene.back);
    const ledgers = [...loads.map((load) => load.ledger), ...trials.ledgers()];
    const judged = await judge(store, together(ledgers), sink.received);
    return { judged, trials, faults: trials.faults.map((fault) => `${scene.name}: ${fault}`) };
  } finally {
    await loads.at(-1)?.stop(0);
  }
}

type Stage = { store: Store; fleet: Fleet; sink: Awaited<ReturnType<typeof openMailSink>>; clocks: FakedClock[]; close: () => Promise<void> };

async function openStage(place: string, folder: string, scene: ClockScene, base: number): Promise<Stage> {
  const ends: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const sink = await openMailSink();
    ends.push(() => sink.close());
    const clocks = scene.nodes.map((offset, node) => fakedClock(`${place}-clock-${node}`, base + offset));
    const { store, url } = scene.engine === "postgres" ? await openFaked(place, folder, base, ends) : await openEmbedded(place, clocks);
    ends.push(() => store.close());
    await store.migrate();
    const zone = scene.zone === undefined ? {} : { TZ: scene.zone, HANDOVER_TIME_ZONE: scene.zone };
    const fleet = await openFleet({
      folder: place,
      database: url === undefined ? { kind: "sqlite" } : { kind: "postgres", url },
      nodes: scene.nodes.length,
      smtpUrl: sink.url,
      environment: (node) => ({ ...zone, ...clocks[node]?.environment }),
    });
    ends.push(() => fleet.close());
    return { store, fleet, sink, clocks, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** PostgreSQL, with a clock of its own where the scene is played at another time. */
async function openFaked(place: string, folder: string, base: number, ends: (() => Promise<void>)[]): Promise<{ store: Store; url: string }> {
  const environment = base === 0 ? {} : { ...fakedClock(`${place}-clock-database`, base).environment, ...fixed(base) };
  const server = await startPostgres(folder, {}, environment);
  ends.push(() => server.stop());
  const url = await createFreshDatabase(server.url("postgres"), "clocks");
  return { url, store: await openPostgres({ url, connections: 4 }) };
}

/** Its account may not read our folder, and its clock is not set while it runs. */
function fixed(base: number): NodeJS.ProcessEnv {
  return { FAKETIME_TIMESTAMP_FILE: undefined, FAKETIME: `${base < 0 ? "-" : "+"}${Math.abs(Math.round(base / second))}s` };
}

/** Opened beside the node, by its clock. */
async function openEmbedded(place: string, clocks: readonly FakedClock[]): Promise<{ store: Store; url: undefined }> {
  return { url: undefined, store: await openSqlite({ file: join(place, "handover.db"), clock: () => Date.now() + (clocks[0]?.offset ?? 0) }) };
}

function together(ledgers: readonly Ledger[]): Ledger {
  const all = new Ledger();
  for (const one of ledgers) {
    all.entries.push(...one.entries);
    all.faults.push(...one.faults);
    for (const [id, state] of one.ended) all.saw(id, state);
  }
  return all;
}
