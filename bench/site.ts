import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { pino } from "pino";
import { secretsFrom } from "../src/auth/secrets.ts";
import type { Context } from "../src/context.ts";
import { openPostgres } from "../src/storage/postgres.ts";
import { openSqlite } from "../src/storage/sqlite.ts";
import type { Store } from "../src/storage/store.ts";
import { startPostgres } from "../test/support/postgres-server.ts";
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { usualSettings } from "../test/support/world.ts";
import { fill } from "./fill.ts";
import { type Operation, operationsOf } from "./operations.ts";
import { timeOfChildren } from "./processor-time.ts";

export type SiteEngine = Store["engine"];

/** A provider's database with this many services, and what is done with it. */
export interface Site {
  readonly engine: SiteEngine;
  readonly rows: number;
  readonly operations: readonly Operation[];
  /** Bytes of the write-ahead log since the beginning. */
  written(): Promise<number>;
  /** ms of processor time of the server's processes; undefined where the database runs within the node. */
  databaseTime(): number | undefined;
  /** In words. */
  sizes(): Promise<string>;
  close(): Promise<void>;
}

export async function openSite(engine: SiteEngine, rows: number): Promise<Site> {
  const { folder, remove } = await temporaryFolder();
  const server = engine === "postgres" ? await startPostgres(folder, { shared_buffers: "1GB", max_wal_size: "8GB" }) : undefined;
  const file = join(folder, "handover.db");
  const store = server ? await openPostgres({ url: server.url("postgres") }) : await openSqlite({ file, clock: Date.now });
  await store.migrate();
  const began = performance.now();
  const people = await fill(store, rows);
  const seconds = (performance.now() - began) / 1000;
  const context = contextOf(store, folder);
  const size = async (): Promise<number> =>
    server ? Number((await sql<{ n: number }>`select pg_database_size(current_database()) as n`.execute(store.read)).rows[0]?.n) : statSync(file).size;
  return {
    engine,
    rows,
    operations: operationsOf(context, people, rows),
    written: async () =>
      server ? Number((await sql<{ n: number }>`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as n`.execute(store.read)).rows[0]?.n) : bytesWritten(),
    databaseTime: () => (server ? timeOfChildren(server.pid) : undefined),
    sizes: async () =>
      `${rows.toLocaleString("en")} services take ${((await size()) / 1e6).toFixed(0)} MB, ${((await size()) / rows).toFixed(0)} bytes each; filled at ${(rows / seconds).toFixed(0)}/s`,
    close: async () => {
      await store.close();
      await server?.stop();
      await remove();
    },
  };
}

function contextOf(store: Store, folder: string): Context {
  return {
    store,
    settings: { ...usualSettings, dataFolder: folder },
    secrets: secretsFrom(usualSettings.secrets),
    log: pino({ level: "silent" }),
    clock: Date.now,
    random: randomBytes,
    lettersWaiting: () => {},
  };
}

/** Of this process, into any file (Linux). */
function bytesWritten(): number {
  return Number(/wchar: (\d+)/.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
}
