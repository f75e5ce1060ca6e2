import { CompiledQuery } from "kysely";
import { kyselyOn } from "./kysely-on.ts";
import type { Transaction } from "./store.ts";
import { TransactionScope } from "./transaction-scope.ts";

const savepoint = CompiledQuery.raw("savepoint part");
const rollBack = CompiledQuery.raw("rollback to savepoint part");

/**
 * Runs `work` as a part of a transaction: what it throws undoes its own writes only, and the transaction may go on. What it still asks for once it has
 * settled is refused: it would else be written behind its own end.
 */
export async function undoable<T>(tx: Transaction, work: (part: Transaction) => Promise<T>): Promise<T> {
  const executor = tx.db.getExecutor();
  const scope = new TransactionScope({ executeQuery: <R>(query: CompiledQuery) => executor.executeQuery<R>(query) });
  const hints: (() => void)[] = [];
  const part: Transaction = { engine: tx.engine, db: kyselyOn(scope, tx.engine), now: () => tx.now(), afterCommit: (hint) => hints.push(hint) };
  // In the round trip of the first statements: it is asked for before them.
  const begun = executor.executeQuery(savepoint);
  begun.catch(() => {});
  try {
    const value = await work(part);
    await begun;
    for (const hint of hints) tx.afterCommit(hint);
    return value;
  } catch (error) {
    scope.close();
    // Where even this fails all of the transaction is gone, and the error says why.
    await executor.executeQuery(rollBack).catch(() => {});
    throw error;
  } finally {
    scope.close();
  }
}
