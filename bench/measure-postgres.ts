import { sql } from "kysely";
import { listOf } from "../src/storage/among.ts";
import { openPostgres } from "../src/storage/postgres.ts";
import type { Store } from "../src/storage/store.ts";
import { startPostgres } from "../test/support/postgres-server.ts";
import { keyHashOf } from "./bench-keys.ts";
import { startCeiling } from "./ceiling/start-ceiling.ts";
import type { Trial } from "./contender.ts";
import { measureThreeNodes } from "./measure-three-nodes.ts";
import { askScript, askTable, askValues, type PgbenchScript, readScripts, runPgbench } from "./pgbench.ts";
import { fillSite, type Site } from "./prepare-site.ts";
import { type Run, startTable } from "./run.ts";
import { type Figures, type Measured, takeTurn, watchRounds } from "./run-rounds.ts";
import { type RunningServer, startServer } from "./start-server.ts";
import { readingTrials } from "./trials.ts";
import { writingTrials } from "./writing-trials.ts";

/** What pgbench has a script for. */
const pgbenchKeys = ["list", "check", "requests", "ask"];

/** One node beside pgbench with the same statements, in turn; then three nodes beside one. */
export async function measurePostgres(run: Run): Promise<void> {
  const keys = pgbenchKeys.filter((key) => run.wants("postgres") || run.wants(key));
  if (keys.length === 0 && !run.wants("three-nodes")) return;
  const server = await startPostgres(run.folder, { shared_buffers: "1GB", max_wal_size: "8GB" });
  const url = server.url("postgres");
  const store = await openPostgres({ url });
  try {
    const site = await fillSite(store, run.options.rows, 0);
    await prepareAsking(store, site);
    await store.write(({ db }) => sql`analyze`.execute(db));
    if (keys.length > 0) await measureOneNode(run, keys, { url, site, store });
    // By the figures of before the asking it would read through all requests: nobody has had the time to look anew.
    await store.write(({ db }) => sql`analyze`.execute(db));
    await measureThreeNodes(run, { url, site });
  } finally {
    await store.close();
    await server.stop();
  }
}

type Filled = { url: string; site: Site; store: Store };

async function measureOneNode(run: Run, keys: readonly string[], { url, site, store }: Filled): Promise<void> {
  const settings = { HANDOVER_DATABASE_CONNECTIONS: "16" };
  const ours = await startServer({ data: run.folder, database: url, settings, profile: run.options.profile });
  const hello = await startCeiling();
  const tell = startTable(run, `PostgreSQL, ${site.rows.toLocaleString("en")} services`);
  try {
    for (const trial of await trialsOf(run, ours, site)) {
      if (keys.includes(trial.key)) tell(await besidePgbench(run, trial, { url, site, store, control: hello.url }));
    }
  } finally {
    await hello.stop();
    await ours.stop();
  }
}

async function trialsOf({ options: { clients, rounds } }: Run, ours: RunningServer, site: Site): Promise<Trial[]> {
  const field = { ours, peers: [] };
  return [
    ...(await readingTrials(field, site, clients, (key) => pgbenchKeys.includes(key))),
    ...(await writingTrials(field, site, { clients, turns: rounds })),
  ];
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

type Duel = Filled & { control: string };

/** More than PostgreSQL can do. */
const mostASecond = 3000;

async function besidePgbench({ folder, options: { rounds, ...options } }: Run, trial: Trial, { url, site, store, control }: Duel): Promise<Measured> {
  const [contender] = trial.contenders;
  if (!contender) throw new Error(`nobody does ${trial.name}`);
  // It asks for each change once, in as many rounds as there may be.
  const most = Math.max(1, Math.floor(site.askable.length / (2 * rounds * mostASecond)));
  const seconds = trial.once ? Math.min(options.seconds, most) : options.seconds;
  const course = { folder, rounds, seconds, control };
  const script = await scriptOf(trial.key, site, store);
  return watchRounds(course, { name: trial.name, key: `postgres-${trial.key}` }, async () => {
    const mine = await takeTurn(course, trial, contender);
    return mine && [mine, rateOnly("pgbench", await runPgbench(folder, url, script, seconds))];
  });
}

/** Of somebody who tells no more. */
function rateOnly(name: string, rate: number): Figures {
  const unknown = Number.NaN;
  return { name, rate, p50: unknown, p99: unknown, processor: unknown, memory: unknown, refused: 0, broken: 0 };
}

async function scriptOf(key: string, site: Site, store: Store): Promise<PgbenchScript> {
  const [one] = site.askable;
  // One row more than a page has.
  const most = 51;
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
