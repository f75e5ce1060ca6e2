import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { migrate } from "./migrator.ts";
import { bookkeeping, migrationLock } from "./postgres-bookkeeping.ts";
import type { PostgresConnection } from "./postgres-connection.ts";
import { isLockHeld } from "./postgres-errors.ts";
import { isTableMissing, operationTable } from "./postgres-operation.ts";
import { PostgresPool } from "./postgres-pool.ts";
import { PostgresUnfit } from "./postgres-session.ts";
import { transact } from "./postgres-transaction.ts";
import type { Store } from "./store.ts";

/** Told what goes wrong, or lasts, where nobody waits for an error; `what`: a line of the log. */
export type Note = (what: string, error: unknown) => void;

/** ms for a table's lock: shorter than those wait who come behind us meanwhile (postgres-session.ts). */
const lockTimeout = 2_000;
/** ms in which they have their turn. */
const pause = 5_000;
/** Tries after which it is told again. */
const tellEach = 10;

const waits = "a migration waits for somebody who uses its tables (a dump?); it is tried again every few seconds, and others go on meanwhile";

/** Brings the schema up to date, however long that takes, one node at a time. Gives the names of the migrations that ran. */
export async function migratePostgres({ url, note, clock }: { url: string; note: Note; clock: (() => number) | undefined }): Promise<string[]> {
  const pool = new PostgresPool({ url, connections: 1, purpose: "migrate" });
  try {
    await pool.use(async (connection) => {
      const [found] = await connection.runScript(isTableMissing);
      if (found?.["missing"] !== true) return;
      await refuseStrangers(connection);
      await connection.runScript(ownTable);
    });
    const write: Store["write"] = (work) =>
      inTurns(note, () =>
        transact(pool, clock, async (tx) => {
          await sql.raw(migrationLock).execute(tx.db);
          // Not before: behind that lock nobody waits but nodes that migrate too.
          await sql.raw(`set local lock_timeout = ${lockTimeout}`).execute(tx.db);
          return work(tx);
        }),
      );
    return await migrate({ engine: "postgres", write });
  } finally {
    await pool.close();
  }
}

/** Whoever waits for a table's lock holds up all who come after him: while somebody else has it for long, they must have their turn in between. */
async function inTurns<T>(note: Note, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isLockHeld(error)) throw error;
      if (tries % tellEach === 0) note(waits, error);
    }
    await sleep(pause);
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
