import { sql } from "kysely";
import { kyselyOn } from "./kysely-on.ts";
import { migrate, pendingMigrations } from "./migrator.ts";
import { bookkeeping, migrationLock } from "./postgres-bookkeeping.ts";
import type { PostgresConnection } from "./postgres-connection.ts";
import { PostgresFault } from "./postgres-errors.ts";
import { forgetOperations, isTableMissing, operationTable } from "./postgres-operation.ts";
import { PostgresPool } from "./postgres-pool.ts";
import { PostgresUnfit } from "./postgres-session.ts";
import { transact } from "./postgres-transaction.ts";
import type { Store, Transaction } from "./store.ts";

/** `connections`: at most, for reading and for writing each. `clock`: what is the time inside transactions, for tests; else it is the database's. */
export type PostgresOptions = { url: string; connections?: number; clock?: () => number };

/** ms between two looks for operations that can be forgotten. */
const forgetEvery = 10 * 60_000;

/**
 * A database that several nodes share. Writers wait for each other's rows only, so reading and writing have connections of their own: those
 * who wait for a lock keep nobody from reading. Throws where there is no such database now; later it connects again whenever it comes back.
 */
export async function openPostgres({ url, connections = 10, clock }: PostgresOptions): Promise<Store> {
  const [readers, writers] = [new PostgresPool({ url, connections, purpose: "read" }), new PostgresPool({ url, connections, purpose: "write" })];
  await readers.use(async () => {});
  const read = kyselyOn({ provideConnection: (consumer) => onceMore(() => readers.use(consumer)) }, "postgres");
  const write = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => transact(writers, clock, work);
  const forgetting = setInterval(() => void forgetOperations(writers).catch(() => {}), forgetEvery).unref();
  return {
    engine: "postgres",
    read,
    write,
    migrate: () => migratePatiently(url, clock),
    pendingMigrations: () => pendingMigrations({ engine: "postgres", read }),
    backup: async () => {
      throw new Error("PostgreSQL is backed up by its own tools: pg_basebackup or pg_dump");
    },
    close: async () => {
      clearInterval(forgetting);
      await Promise.all([readers.close(), writers.close()]);
    },
  };
}

/** A read may be repeated: the connection that was lent may have been lost long before. */
async function onceMore<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof PostgresFault && error.again)) throw error;
    return await read();
  }
}

const ownTable = `begin; ${migrationLock}; ${operationTable}; commit`;

/** A URL may lead to the database of another program: nothing of ours goes there. */
async function refuseStrangers(connection: PostgresConnection): Promise<void> {
  const strangers = await connection.runScript(strangeTables);
  if (strangers.length === 0) return;
  const names = strangers.map((row) => String(row["name"])).join(", ");
  throw new PostgresUnfit(`tables of another program are in it (${names}). Handover needs a database of its own.`);
}

const strangeTables = `select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
  and relname not in (${bookkeeping.map((name) => `'${name}'`).join(", ")}) and to_regclass('migration') is null order by relname limit 3`;

/** On a connection without limits, one node at a time. */
async function migratePatiently(url: string, clock: (() => number) | undefined): Promise<string[]> {
  const pool = new PostgresPool({ url, connections: 1, purpose: "migrate" });
  try {
    await pool.use(async (connection) => {
      const [found] = await connection.runScript(isTableMissing);
      if (found?.["missing"] !== true) return;
      await refuseStrangers(connection);
      await connection.runScript(ownTable);
    });
    const write: Store["write"] = (work) =>
      transact(pool, clock, async (tx) => {
        await sql.raw(migrationLock).execute(tx.db);
        return work(tx);
      });
    return await migrate({ engine: "postgres", write });
  } finally {
    await pool.close();
  }
}
