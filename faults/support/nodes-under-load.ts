import { openPostgres } from "../../src/storage/postgres.ts";
import type { Store } from "../../src/storage/store.ts";
import type { Bench } from "../part.ts";
import { ApiClient } from "./api-client.ts";
import { openFleet } from "./fleet.ts";
import { type BenchCast, benchSecrets, furnish, type Player } from "./furnish.ts";
import { type Judgement, judge } from "./judge.ts";
import { startLoad } from "./load.ts";
import { openMailSink, slim } from "./mail-sink.ts";
import type { Arrived } from "./postbag.ts";
import { startRoundRobin } from "./round-robin.ts";

/** One server of ours with a mail server of its own, so that it is seen which of them delivers. */
export interface WatchedNode {
  readonly name: string;
  /** When its worker last delivered a letter (ms since 1970). */
  lastLetter(): number;
  /** Straight to it, with patience. */
  readonly client: ApiClient;
  /** A little write, which is nobody else's business. */
  write(): Promise<boolean>;
}

export interface Scene {
  readonly nodes: readonly WatchedNode[];
  /** Straight to the database, by the way that is not disturbed. */
  readonly store: Store;
  readonly cast: BenchCast;
}

/** `url`: the undisturbed way to the database; `nodeUrl`: what our nodes are told. */
export type Setting = {
  url: string;
  nodeUrl?: string;
  services?: number;
  lanes?: number;
  /** Services that are left alone, the last ones. */
  spare?: number;
};

const nodesAtWork = 3;

/** ms for one write of a watch. */
const writePatience = 2000;

/** Runs `trouble` beside nodes of ours under load, then lets the load end and judges. */
export async function nodesUnderLoad<T>(bench: Bench, setting: Setting, trouble: (scene: Scene) => Promise<T>): Promise<{ gave: T; judged: Judgement }> {
  const { url, services = 9, lanes = 9, spare = 0 } = setting;
  const ends: (() => Promise<void>)[] = [];
  try {
    const store = await openPostgres({ url, connections: 4 });
    ends.push(() => store.close());
    await store.migrate();
    const cast = await furnish(store, benchSecrets, { services, accounts: 12, bystanders: nodesAtWork });
    const received: Arrived[] = [];
    const nodes: (WatchedNode & { port(): number })[] = [];
    for (const player of cast.bystanders) nodes.push(await startWatched(bench, setting, { name: `node ${nodes.length}`, player, received, ends }));
    const proxy = await startRoundRobin(() => nodes.map((node) => node.port()));
    ends.push(() => proxy.close());
    const used = { ...cast, services: cast.services.slice(0, services - spare) };
    const load = startLoad({ url: proxy.url, cast: used, sink: { received }, random: bench.random, lanes });
    try {
      const gave = await trouble({ nodes, store, cast });
      await load.stop(60_000);
      return { gave, judged: await judge(store, load.ledger, received) };
    } finally {
      await load.stop(0);
    }
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

type Parts = { name: string; player: Player; received: Arrived[]; ends: (() => Promise<void>)[] };

async function startWatched(bench: Bench, setting: Setting, { name, player, received, ends }: Parts): Promise<WatchedNode & { port(): number }> {
  const sink = await openMailSink();
  ends.push(() => sink.close());
  let lastLetter = 0;
  sink.onMessage = (letter) => {
    received.push(slim(letter));
    lastLetter = Date.now();
    return undefined;
  };
  const database = { kind: "postgres", url: setting.nodeUrl ?? setting.url } as const;
  const fleet = await openFleet({ folder: bench.folder, database, nodes: 1, smtpUrl: sink.url });
  ends.push(() => fleet.close());
  await fleet.start(0);
  const [quick, client] = [writePatience, 20_000].map((patience) => new ApiClient(fleet.nodeUrl(0), { patience })) as [ApiClient, ApiClient];
  let writes = 0;
  // No two alike: the same call in the same second would be a replay.
  const write = async (): Promise<boolean> => (await quick.call(player, { method: "PUT", path: "/me", body: { name: `Somebody ${++writes}` } })).status === 200;
  return { name, port: () => Number(new URL(fleet.nodeUrl(0)).port), lastLetter: () => lastLetter, client, write };
}
