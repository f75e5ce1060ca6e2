import { CompiledQuery, type QueryExecutor, type QueryResult } from "kysely";
import { kyselyOn } from "./kysely-on.ts";
import type { Transaction } from "./store.ts";
import { type Asked, TransactionScope } from "./transaction-scope.ts";

const savepoint = CompiledQuery.raw("savepoint part");
const rollBack = CompiledQuery.raw("rollback to savepoint part");

/**
 * Runs `work` as a part of a transaction: what it throws undoes its own writes only, and the transaction may go on. What it still asks for once it has
 * settled is refused: it would else be written behind its own end. `granted`: what was asked for before the work and must be granted to it, else this rejects
 * as that does; the work's first statements go with it in one round trip, and none of them is answered before.
 */
export async function undoable<T>(tx: Transaction, work: (part: Transaction) => Promise<T>, granted: Promise<void> = Promise.resolve()): Promise<T> {
  const executor = tx.db.getExecutor();
  const scope = new TransactionScope(answeredOnce(granted, executor));
  const hints: (() => void)[] = [];
  const part: Transaction = {
    engine: tx.engine,
    db: kyselyOn(scope, tx.engine),
    now: () => tx.now(),
    alongCommit: (asked) => tx.alongCommit(asked),
    afterCommit: (hint) => hints.push(hint),
  };
  // In the round trip of the first statements: it is asked for before them.
  const begun = executor.executeQuery(savepoint);
  begun.catch(() => {});
  try {
    const value = await work(part);
    await Promise.all([begun, granted]);
    for (const hint of hints) tx.afterCommit(hint);
    return value;
  } catch (error) {
    scope.close();
    // Where even this fails all of the transaction is gone, and the error says why.
    await executor.executeQuery(rollBack).catch(() => {});
    await granted;
    throw error;
  } finally {
    scope.close();
  }
}

/** Asks at once, and gives no answer before it is granted. */
function answeredOnce(granted: Promise<void>, executor: QueryExecutor): Asked {
  let known = false;
  granted.then(
    () => (known = true),
    () => {},
  );
  const executeQuery = async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
    const answer = executor.executeQuery<R>(query);
    if (!known) await Promise.all([answer, granted]);
    return answer;
  };
  return { executeQuery };
}
