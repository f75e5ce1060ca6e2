import { setImmediate as nextTurn } from "node:timers/promises";
import type { CompiledQuery, QueryResult } from "kysely";
import { kyselyOn } from "./kysely-on.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import { isIoError, sqliteError } from "./sqlite-errors.ts";
import { StoreDamaged, StoreInDoubt, StoreUnavailable, type Transaction } from "./store.ts";
import { TransactionScope } from "./transaction-scope.ts";
import { whenUnlocked } from "./when-unlocked.ts";
import { WorkWatch } from "./work-watch.ts";

const groupSize = 64;

/**
 * ms for which a group waits at most for those whom the one before has answered: of many who write again and again, one half would else write while the
 * other waits, and each commit take what it takes for half of them.
 */
const longestGathering = 1;

type Writer = { work(tx: Transaction): Promise<unknown>; resolve(value: unknown): void; reject(error: unknown): void };
type Answer = () => void;

/**
 * Writers that wait share one transaction and one fsync, each in a savepoint of its own, one after another. Nobody is answered
 * before the COMMIT, refusals included: what they saw may have been the work of a neighbour that is lost.
 */
export class GroupCommit {
  readonly #connection: SqliteConnection;
  readonly #clock: () => number;
  readonly #patience: number;
  #waiting: Writer[] = [];
  #running: Promise<void> | undefined;
  /** How many wrote together lately. */
  #usual = 0;
  #closed = false;

  /** `patience`: ms for which another process's lock is waited for. */
  constructor(connection: SqliteConnection, clock: () => number, patience: number) {
    this.#connection = connection;
    this.#clock = clock;
    this.#patience = patience;
  }

  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) return reject(new Error("the store is closed"));
      this.#waiting.push({ work, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Lets those finish who wait already. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  /** Between two groups the event loop has its turn: reads and requests go on, and writers gather. */
  async #run(): Promise<void> {
    try {
      for (;;) {
        await nextTurn();
        // Those of the group before have their answers by now, and need not wait for it.
        this.#connection.shortenLog();
        await this.#gather();
        if (this.#waiting.length === 0) break;
        if (await this.#begin()) await this.#runGroup(this.#waiting.splice(0, groupSize));
      }
    } catch (error) {
      // Nobody awaits this: whatever comes here must end neither the process nor the writing.
      this.#refuseWaiting(error);
    } finally {
      this.#running = undefined;
    }
  }

  /** Lets as many come as wrote together lately, or fewer from time to time. Who has been alone waits for nobody. */
  async #gather(): Promise<void> {
    const until = performance.now() + longestGathering;
    while (this.#usual > 1 && this.#waiting.length < this.#usual && performance.now() < until) await nextTurn();
    this.#usual = Math.max(Math.min(this.#waiting.length, groupSize), Math.floor(this.#usual * 0.9));
  }

  async #begin(): Promise<boolean> {
    try {
      await whenUnlocked(() => {
        this.#rollBack();
        this.#connection.raw.exec("begin immediate");
      }, this.#patience);
      return true;
    } catch (error) {
      this.#refuseWaiting(error);
      return false;
    }
  }

  #refuseWaiting(error: unknown): void {
    for (const writer of this.#waiting.splice(0)) writer.reject(this.#lost(error));
  }

  async #runGroup(group: readonly Writer[]): Promise<void> {
    const answers: Answer[] = [];
    const watch = new WorkWatch();
    try {
      for (const writer of group) answers.push(await this.#runOne(writer, watch, group.length === 1));
      // Who was alone and failed has ended the transaction.
      if (this.#connection.raw.isTransaction) this.#commit();
    } catch (error) {
      this.#tryRollBack();
      for (const writer of group) writer.reject(this.#lost(error));
      return;
    } finally {
      watch.stop();
    }
    for (const answer of answers) answer();
  }

  /** Throws when the whole group is lost, and only then. Who is alone needs no savepoint, for which each page that changes would be put aside. */
  async #runOne(writer: Writer, watch: WorkWatch, alone: boolean): Promise<Answer> {
    if (!alone) this.#connection.raw.exec("savepoint writer");
    const scope = new TransactionScope({ executeQuery: (query) => this.#ask(query) });
    const hints: (() => void)[] = [];
    const along: Promise<unknown>[] = [];
    const tx: Transaction = {
      engine: "sqlite",
      db: kyselyOn(scope, "sqlite"),
      now: async () => this.#clock(),
      alongCommit: (asked) => {
        asked.catch(() => {});
        along.push(asked);
      },
      afterCommit: (hint) => hints.push(hint),
    };
    const end = await watch.settle(async () => {
      const value = await writer.work(tx);
      // Asked for later it would be behind the COMMIT on PostgreSQL.
      scope.close();
      await Promise.all(along);
      return value;
    });
    scope.close();
    // An I/O error or a full disk may have rolled back everything, whatever the work made of it.
    if (!this.#connection.raw.isTransaction) throw new Error("the transaction was rolled back within the work", { cause: end.error });
    if (!alone) this.#connection.raw.exec(end.failed ? "rollback to writer; release writer" : "release writer");
    else if (end.failed) this.#rollBack();
    return () => {
      if (end.failed) return writer.reject(end.error);
      writer.resolve(end.value);
      for (const hint of hints) tryHint(hint);
    };
  }

  #ask<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    // Without a transaction the statement would be committed by itself.
    if (!this.#connection.raw.isTransaction) return Promise.reject(new StoreUnavailable("the transaction was rolled back"));
    return this.#connection.executeQuery(query);
  }

  /** The log may hold the commit although the disk did not say so: if the machine fails before the next write, it comes back with it. */
  #commit(): void {
    try {
      this.#connection.raw.exec("commit");
    } catch (error) {
      throw isIoError(error) ? new StoreInDoubt("the disk failed over a commit", { cause: error }) : error;
    }
  }

  #rollBack(): void {
    if (this.#connection.raw.isTransaction) this.#connection.raw.exec("rollback");
  }

  /** What fails here is tried again before the next group. */
  #tryRollBack(): void {
    try {
      this.#rollBack();
    } catch {
      // The group is answered already by the error that led here.
    }
  }

  #lost(cause: unknown): StoreUnavailable | StoreDamaged {
    if (cause instanceof StoreInDoubt) return cause;
    const told = sqliteError(cause, this.#connection.file);
    return told instanceof StoreDamaged ? told : new StoreUnavailable("nothing was written: the transaction could not be completed", { cause });
  }
}

/** Who is given a hint looks by itself too: one that fails takes nobody's answer away. */
function tryHint(hint: () => void): void {
  try {
    hint();
  } catch {
    // The write is done all the same.
  }
}
