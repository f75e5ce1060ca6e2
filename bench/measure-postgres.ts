import { sql } from "kysely";
import { listOf } from "../src/storage/among.ts";
import { openPostgres } from "../src/storage/postgres.ts";
import type { Store } from "../src/storage/store.ts";
import { startPostgres } from "../test/support/postgres-server.ts";
import { keyHashOf } from "./bench-keys.ts";
import { generateLoad } from "./generate-load.ts";
import { processorTime } from "./machine.ts";
import type { Run } from "./measure-sqlite.ts";
import { measureThreeNodes } from "./measure-three-nodes.ts";
import { median } from "./median.ts";
import { askScript, askTable, askValues, type PgbenchScript, readScripts, runPgbench } from "./pgbench.ts";
import { fillSite, type Site } from "./prepare-site.ts";
import { type RunningServer, startServer } from "./start-server.ts";
import { readingTrials } from "./trials.ts";
import { writingTrials } from "./writing-trials.ts";

/** One node beside pgbench with the same statements, in turn; then three nodes beside one. */
export async function measurePostgres(run: Run): Promise<void> {
  const keys = ["list", "check", "requests", "ask"].filter((key) => run.wants("postgres") || run.wants(key));
  if (keys.length === 0 && !run.wants("three-nodes")) return;
  const server = await startPostgres(run.folder, { shared_buffers: "1GB", max_wal_size: "8GB" });
  const url = server.url("postgres");
  const store = await openPostgres({ url });
  try {
    const site = await fillSite(store, run.options.rows, 0);
    await prepareAsking(store, site);
    await store.write(({ db }) => sql`analyze`.execute(db));
    if (keys.length > 0) await measureOneNode(run, keys, { url, site, store, pid: server.pid });
    await measureThreeNodes(run, { url, site });
  } finally {
    await store.close();
    await server.stop();
  }
}

/** `pid`: of the server. */
type Measured = { url: string; site: Site; store: Store; pid: number };

async function measureOneNode(run: Run, keys: readonly string[], measured: Measured): Promise<void> {
  const settings = { HANDOVER_DATABASE_CONNECTIONS: "16" };
  const ours = await startServer({ data: run.folder, database: measured.url, settings, profile: run.options.profile });
  try {
    for (const key of keys) await besidePgbench(run, { key, ours, ...measured });
  } finally {
    await ours.stop();
  }
}

/** The last half of the services is pgbench's. */
async function prepareAsking(store: Store, { askable }: Site): Promise<void> {
  const half = askable.splice(Math.ceil(askable.length / 2));
  await store.write(async ({ db }) => {
    for (const statement of askTable) await sql.raw(statement).execute(db);
    for (let at = 0; at < half.length; at += 1000) {
      const rows = half.slice(at, at + 1000).map((one, n) => sql`(${at + n + 1}, ${one.serviceId}, ${one.admin.id}, ${one.newcomer.handle})`);
      await sql`insert into bench_ask (n, service, asker, newcomer) values ${sql.join(rows)}`.execute(db);
    }
  });
}

/** More than PostgreSQL can do. */
const mostASecond = 5000;

type Duel = Measured & { key: string; ours: RunningServer };

async function besidePgbench(run: Run, { key, url, ours, site, store, pid }: Duel): Promise<void> {
  const { rounds, clients } = run.options;
  // Each change is asked for once.
  const seconds = key === "ask" ? Math.min(run.options.seconds, Math.max(1, Math.floor(site.askable.length / (rounds * mostASecond)))) : run.options.seconds;
  const trials = [
    ...(await readingTrials({ ours, peers: [] }, site, clients, (one) => one === key)),
    ...(await writingTrials({ ours, peers: [] }, site, clients)),
  ];
  const trial = trials.find((one) => one.key === key);
  const [contender] = trial?.contenders ?? [];
  if (!trial || !contender) throw new Error(`nothing is called ${key}`);
  const script = await scriptOf(key, site, store);
  const [mine, theirs, node, backends]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 0; round < rounds; round++) {
    const before = [processorTime(ours.pid), processorTime(pid)] as const;
    const seen = await generateLoad(run.folder, { url: ours.url, requests: contender.requests(seconds), once: trial.once, clients, seconds });
    contender.sent?.(seen.requests + clients + 1);
    if (seen.refused + seen.broken > 0) console.log(`PostgreSQL, ${key}: ${seen.refused + seen.broken} failed`);
    node.push((processorTime(ours.pid) - before[0]) / seen.requests);
    backends.push((processorTime(pid) - before[1]) / seen.requests);
    mine.push(seen.requests / seen.seconds);
    theirs.push(await runPgbench(run.folder, url, script, seconds));
  }
  run.facts.set(`PostgreSQL, ${key}: answers a second`, median(mine)).set(`PostgreSQL, ${key}: pgbench a second`, median(theirs));
  run.facts.set(`PostgreSQL, ${key}: processor of the node (ms each)`, median(node));
  run.facts.set(`PostgreSQL, ${key}: processor of the database (ms each)`, median(backends));
  run.facts.set(`PostgreSQL, ${key}: × pgbench`, median(mine) / median(theirs));
}

/** Of a page of 50. */
const most = 51;

async function scriptOf(key: string, site: Site, store: Store): Promise<PgbenchScript> {
  const [one] = site.askable;
  switch (key) {
    case "list":
      return { lines: readScripts.list, values: { key: keyHashOf(site.small.handle), account: site.small.id, most } };
    case "requests":
      return {
        lines: readScripts.requests,
        values: { key: keyHashOf(site.listed.handle), account: site.listed.id, most, ...(await namedOn(store, site.listed.id)) },
      };
    case "check":
      return { lines: readScripts.check, values: { key: keyHashOf(one?.admin.handle ?? ""), product: "domain", name: one?.name ?? "" } };
    default:
      return { lines: askScript, values: askValues(keyHashOf(one?.admin.handle ?? "")) };
  }
}

/** The requests of an account's first page, and the people whom they name. */
async function namedOn({ read }: Store, account: number): Promise<{ requests: string; people: string }> {
  const rows = await read
    .selectFrom("request_party")
    .innerJoin("change_request", "change_request.id", "request_party.request_id")
    .select(["id", "asker_id", "from_id", "to_id"])
    .where("account_id", "=", account)
    .orderBy("id", "desc")
    .limit(50)
    .execute();
  return { requests: listOf(rows.map((row) => row.id)), people: listOf(rows.flatMap((row) => [row.asker_id, row.from_id, row.to_id])) };
}
