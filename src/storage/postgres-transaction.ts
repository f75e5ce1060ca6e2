import { setTimeout as sleep } from "node:timers/promises";
import { CompiledQuery } from "kysely";
import { kyselyOn } from "./kysely-on.ts";
import type { PostgresConnection } from "./postgres-connection.ts";
import { PostgresFault } from "./postgres-errors.ts";
import { newOperation, noteOperation, wasDone } from "./postgres-operation.ts";
import type { PostgresPool } from "./postgres-pool.ts";
import { StoreUnavailable, type Transaction } from "./store.ts";
import { TransactionScope } from "./transaction-scope.ts";

/** Tries for a transaction that the database gave up of its own accord. */
const mostTries = 5;
/** ms, times the number of the try: deadlocked neighbours part. */
const longestPause = 20;
/** ms after which nothing is tried again: whoever asked may have gone, and ask elsewhere meanwhile. */
const retriesEnd = 3_000;

type Work<T> = (tx: Transaction) => Promise<T>;
/** What belongs to the end of a transaction. */
type Ending = { along: Promise<unknown>[]; hints: (() => void)[] };

/** One transaction, READ COMMITTED. `clock`: the time within it where it is not the database's own. */
export async function transact<T>(pool: PostgresPool, clock: (() => number) | undefined, work: Work<T>): Promise<T> {
  const began = performance.now();
  for (let tries = 1; ; tries++) {
    try {
      return await tryOnce(pool, clock, work);
    } catch (error) {
      if (!(error instanceof PostgresFault && error.again) || tries === mostTries || performance.now() - began > retriesEnd) throw error;
    }
    await sleep(Math.random() * longestPause * tries);
  }
}

async function tryOnce<T>(pool: PostgresPool, clock: (() => number) | undefined, work: Work<T>): Promise<T> {
  const ending: Ending = { along: [], hints: [] };
  const operation = newOperation();
  const end = await pool.use(async (connection) => {
    const value = await carryOut(connection, clock, work, ending);
    return { value, committed: await commit(connection, operation, ending) };
  });
  if (!end.committed && !(await wasDone(pool, operation))) throw new StoreUnavailable("nothing was written: the transaction could not be completed");
  for (const hint of ending.hints) hint();
  return end.value;
}

async function carryOut<T>(connection: PostgresConnection, clock: (() => number) | undefined, work: Work<T>, { along, hints }: Ending): Promise<T> {
  // In the round trip of the first statements: were it refused, they would not be looked at.
  const begun = connection.run("begin", []);
  begun.catch(() => {});
  const scope = new TransactionScope(connection);
  const tx: Transaction = {
    engine: "postgres",
    db: kyselyOn(scope, "postgres"),
    now: clock ? async () => clock() : () => timeOf(scope),
    // They are under way already: the note and the COMMIT follow them on this connection, and are passed over where one fails, or could not be asked for.
    alongCommit: (asked) => {
      asked.catch((error: unknown) => connection.giveUp(error));
      along.push(asked);
    },
    afterCommit: (hint) => hints.push(hint),
  };
  try {
    const value = await work(tx);
    await begun;
    return value;
  } catch (error) {
    // First: nothing may be asked behind the ROLLBACK.
    scope.close();
    // Whatever the work made of it: what is said is why the transaction is gone.
    if (connection.lost) throw connection.lost;
    await connection.runScript("rollback");
    throw error;
  } finally {
    scope.close();
  }
}

/** False: nobody knows. */
async function commit(connection: PostgresConnection, operation: string, { along }: Ending): Promise<boolean> {
  try {
    // Behind a note that fails the COMMIT is passed over.
    await Promise.all([...along, connection.run(noteOperation, [operation]), connection.run("commit", [])]);
    return true;
  } catch (error) {
    if (connection.lost) return false;
    await connection.runScript("rollback");
    throw error;
  }
}

/** Whole milliseconds of the moment, not of the transaction's beginning: it may have waited for locks since. */
async function timeOf(scope: TransactionScope): Promise<number> {
  const { rows } = await scope.executeQuery<{ now: number }>(CompiledQuery.raw("select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now"));
  return Number(rows[0]?.now);
}
