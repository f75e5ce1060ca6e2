import type { Queryable } from "./tables.ts";

export type Engine = "sqlite" | "postgres";

/**
 * The port to the database. Reads see only what is committed; a write is one transaction, all or nothing, and its promise
 * settles only after the commit: refusals thrown inside included. Inside `work` nothing but SQL may be awaited.
 */
export interface Store {
  readonly engine: Engine;
  /** For reading only: a page, a list, a check. */
  readonly read: Queryable;
  /**
   * Runs `work` in one transaction. What it throws rolls back its own writes only, and is thrown on. Where the database gave up a transaction
   * of its own accord (a deadlock, a lost connection) `work` runs once more: it changes nothing but through `tx`.
   */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Brings the schema up to date; a second node that does the same waits. Gives the names of the migrations that ran. Throws DatabaseNewer. */
  migrate(): Promise<string[]>;
  /** Names of migrations that have not run yet. Throws DatabaseNewer. */
  pendingMigrations(): Promise<string[]>;
  /** A consistent copy of the whole database into a new file, while the system runs. */
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}

export interface Transaction {
  readonly engine: Engine;
  readonly db: Queryable;
  /** The time that decides (ms): the database's clock on PostgreSQL, after the locks; the process's on SQLite. */
  now(): Promise<number>;
  /** Statements, all of them asked for by now, whose answers nobody needs: they go with the COMMIT, and what fails in them fails with it. */
  alongCommit(asked: Promise<unknown>): void;
  /** Runs this once the transaction is committed, and never if it is not: for hints to others. */
  afterCommit(hint: () => void): void;
}

/** The database cannot keep anything at the moment (disk full, an I/O error, locked by another process, away): nothing was written; try again. */
export class StoreUnavailable extends Error {
  override readonly name: string = "StoreUnavailable";
}

/** The database went away over a commit, or its disk failed, and could not be asked since what became of it. */
export class StoreInDoubt extends StoreUnavailable {
  override readonly name: string = "StoreInDoubt";
}

/** A newer version of this program has brought the database up to date: this one starts on it no more. Where it runs already it may go on. */
export class DatabaseNewer extends Error {
  override readonly name = "DatabaseNewer";

  /** `unknown`: names of its migrations. */
  constructor(unknown: readonly string[]) {
    super(
      `The database belongs to a newer version of this program (${unknown.join(", ")}). Run that version, or restore the backup that was made before the upgrade.`,
    );
  }
}

/** A migration of this program has not run yet, and this command is not to run it. */
export class DatabaseOlder extends Error {
  override readonly name = "DatabaseOlder";

  constructor() {
    super("The database is older than this program. Bring it up to date first: `handover migrate`.");
  }
}

/** What the disk gives back is not what was written: no next try mends it, only a backup. The message says where and what to do. */
export class StoreDamaged extends Error {
  override readonly name = "StoreDamaged";
}
