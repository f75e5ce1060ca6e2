import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { PostgresFault } from "./postgres-errors.ts";
import type { PostgresPool } from "./postgres-pool.ts";
import { StoreInDoubt } from "./store.ts";

/*
 * Each transaction leaves a row with an id of its own. When the connection is lost over a COMMIT nobody knows whether it took place, and the
 * server's numbers of transactions do not tell (a new primary gives the same numbers again). The row does: it is there or it is not. Whoever
 * asks writes the same id: if the transaction is still under way the question waits for its end, and if it has not committed by then it never
 * will, because the id is taken. A row that is found is written once more, so that the answer too has reached the synchronous standby.
 */

/** ms for which it is asked what became of a commit: somewhat longer than a primary takes to be replaced. */
const patience = 30_000;
const pause = 500;

/** Whether the table below is missing; making it anew would wait for everybody who uses it, even where it stands. */
export const isTableMissing = "select to_regclass('operation_by_age') is null as missing";

/** The table is of the store's own: older than every migration, since each transaction, those of migrations too, writes into it. */
export const operationTable = `create table if not exists operation (
    id text collate "C" primary key, outcome text not null, at timestamptz not null default clock_timestamp());
  create index if not exists operation_by_age on operation using brin (at)`;

export function newOperation(): string {
  return randomBytes(16).toString("hex");
}

/** The last statement of every transaction but its COMMIT. */
export const noteOperation = "insert into operation (id, outcome) values ($1, 'done')";

/** Whether a transaction took place whose COMMIT got no answer; from then on it stays so. Throws StoreInDoubt where nobody answers. */
export async function wasDone(pool: PostgresPool, id: string): Promise<boolean> {
  for (const until = performance.now() + patience; ; ) {
    try {
      return await ask(pool, id);
    } catch (error) {
      if (!(error instanceof PostgresFault)) throw error;
      if (performance.now() >= until) throw new StoreInDoubt("the database went away over a commit and did not come back", { cause: error });
    }
    await sleep(pause);
  }
}

function ask(pool: PostgresPool, id: string): Promise<boolean> {
  const question = `insert into operation (id, outcome) values ($1, 'given up')
    on conflict (id) do update set outcome = operation.outcome returning outcome`;
  return pool.use(async (connection) => (await connection.run(question, [id])).rows[0]?.["outcome"] === "done");
}

/** Forgets operations that nobody can ask for any more. */
export async function forgetOperations(pool: PostgresPool): Promise<void> {
  const old = `delete from operation where id in
    (select id from operation where at < clock_timestamp() - interval '1 hour' limit 1000)`;
  for (let deleted = 1; deleted > 0; ) {
    deleted = await pool.use(async (connection) => (await connection.run(old, [])).rowCount ?? 0);
  }
}
