import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import pg from "pg";
import { benchContext } from "../faults/support/bench-context.ts";
import { secretsFrom } from "../src/auth/secrets.ts";
import { openPostgres } from "../src/storage/postgres.ts";
import { openSqlite } from "../src/storage/sqlite.ts";
import type { Store } from "../src/storage/store.ts";
import { startPostgres } from "../test/support/postgres-server.ts";
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { usualSettings } from "../test/support/world.ts";
import { fill } from "./fill.ts";
import { indexAllNames } from "./index-all-names.ts";
import { type Operation, operationsOf } from "./operations.ts";
import { processorTime } from "./processor-time.ts";

export type Engine = Store["engine"];

/** A provider's database with this many services, and what is done with it. */
export interface FilledDatabase {
  readonly engine: Engine;
  readonly rows: number;
  readonly operations: readonly Operation[];
  /** Bytes of the write-ahead log since the beginning. */
  written(): Promise<number>;
  /** ms of processor time of the server's processes; undefined where the database runs within the node. */
  databaseTime(): number | undefined;
  /** How often a server was asked since the beginning; undefined where the database runs within the node. */
  roundTrips(): number | undefined;
  /** Bytes. */
  size(): Promise<number>;
  /** Services a second that were put in. */
  readonly filled: number;
  close(): Promise<void>;
}

export async function openFilledDatabase(engine: Engine, rows: number): Promise<FilledDatabase> {
  const { folder, remove } = await temporaryFolder();
  const server = engine === "postgres" ? await startPostgres(folder, { shared_buffers: "1GB", max_wal_size: "8GB" }) : undefined;
  const file = join(folder, "handover.db");
  const store = server ? await openPostgres({ url: server.url("postgres") }) : await openSqlite({ file, clock: Date.now });
  await store.migrate();
  const began = performance.now();
  const people = await fill(store, rows);
  const seconds = (performance.now() - began) / 1000;
  const context = benchContext(store, secretsFrom(usualSettings.secrets));
  await indexAllNames(context);
  const size = async (): Promise<number> =>
    server ? ask(store, "select pg_database_size(current_database()) as n") : (await ask(store, "pragma page_count")) * sqlitePage;
  return {
    engine,
    rows,
    operations: operationsOf(context, people, rows),
    written: async () => (server ? ask(store, "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as n") : bytesWritten()),
    databaseTime: () => (server ? processorTime(server.pid) : undefined),
    roundTrips: () => (server ? trips : undefined),
    size,
    filled: rows / seconds,
    close: async () => {
      await store.close();
      await server?.stop();
      await remove();
    },
  };
}

const sqlitePage = 4096;

async function ask(store: Store, question: string): Promise<number> {
  const { rows } = await sql.raw<Record<string, number>>(question).execute(store.read);
  return Number(Object.values(rows[0] ?? {})[0]);
}

let trips = 0;
const { query } = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
Object.assign(pg.Client.prototype, {
  query(...args: unknown[]) {
    trips += 1;
    return query.apply(this, args);
  },
});

/** Of this process, into any file (Linux). */
function bytesWritten(): number {
  return Number(/wchar: (\d+)/.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
}
