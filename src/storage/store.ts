import type { Queryable } from "./tables.ts";

/**
 * The port to the database. Reads see only what is committed; a write is one transaction, all or nothing, and its promise
 * settles only after the commit: refusals thrown inside included. Inside `work` nothing but SQL may be awaited.
 */
export interface Store {
  readonly engine: "sqlite" | "postgres";
  /** For reading only: a page, a list, a check. */
  readonly read: Queryable;
  /** Runs `work` in one transaction. What it throws rolls back its own writes only, and is thrown on. */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Brings the schema up to date; a second node that does the same waits. Gives the names of the migrations that ran. */
  migrate(): Promise<string[]>;
  /** Names of migrations that have not run yet. */
  pendingMigrations(): Promise<string[]>;
  /** A consistent copy of the whole database into a new file, while the system runs. */
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}

export interface Transaction {
  readonly db: Queryable;
  /** The time that decides (ms): the database's clock on PostgreSQL, after the locks; the process's on SQLite. */
  now(): Promise<number>;
}

/** The database cannot keep anything at the moment (disk full, an I/O error, locked by another process): nothing was written; try again. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}
