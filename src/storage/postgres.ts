import { kyselyOn } from "./kysely-on.ts";
import { pendingMigrations } from "./migrator.ts";
import { migratePostgres, type Note } from "./postgres-migrate.ts";
import { forgetOperations } from "./postgres-operation.ts";
import { PostgresPool } from "./postgres-pool.ts";
import { PostgresReads } from "./postgres-reads.ts";
import { transact } from "./postgres-transaction.ts";
import type { Store, Transaction } from "./store.ts";

/**
 * `connections`: at most, for reading and for writing each. `note`: of that nothing is told else. `clock`: what is the time inside transactions, for
 * tests; else it is the database's.
 */
export type PostgresOptions = { url: string; connections?: number; note?: Note; clock?: () => number };

/** ms between two looks for operations that can be forgotten, and so between two lines about it. */
const forgetEvery = 10 * 60_000;
const unforgotten = "operations of the database that are over could not be forgotten; that is tried again in ten minutes";

/**
 * A database that several nodes share. Writers wait for each other's rows only, so reading and writing have connections of their own: those
 * who wait for a lock keep nobody from reading. Throws where there is no such database now; later it connects again whenever it comes back.
 */
export async function openPostgres({ url, connections = 10, note = () => {}, clock }: PostgresOptions): Promise<Store> {
  const [readers, writers] = [new PostgresPool({ url, connections, purpose: "read" }), new PostgresPool({ url, connections, purpose: "write" })];
  await readers.use(async () => {});
  const read = kyselyOn(new PostgresReads(readers), "postgres");
  const write = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => transact(writers, clock, work);
  const forgetting = setInterval(() => void forgetOperations(writers).catch((error: unknown) => note(unforgotten, error)), forgetEvery).unref();
  return {
    engine: "postgres",
    read,
    write,
    migrate: () => migratePostgres({ url, note, clock }),
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
