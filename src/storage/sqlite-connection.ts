import { statSync } from "node:fs";
import { DatabaseSync, type DatabaseSyncOptions } from "node:sqlite";
import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import { assertSearchable } from "./assert-searchable.ts";
import { isBusy, sqliteError } from "./sqlite-errors.ts";
import { StatementCache } from "./statement-cache.ts";

const statementsKept = 500;

/** The writer waits by timer, never here: SQLite's own waiting blocks the event loop. */
const writerTimeout = 0;

/** ms. In WAL mode a reader waits for nobody, but for the moment in which another process repairs the log of one that was killed. */
const readerTimeout = 100;

/** 16 MB. */
const cachePragma = "pragma cache_size = -16000";

/**
 * `secure_delete`: what is erased (the code of a letter that has left) is overwritten in its page. The log is shortened by `shortenLog`. `temp_store`:
 * each page that a savepoint changes is put aside as it was; into a file that would be more bytes by far than the log gets.
 */
const writerPragmas = `pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = fast;
  pragma wal_autocheckpoint = 0; pragma temp_store = memory; ${cachePragma}`;

/** Bytes: 1,000 pages, as SQLite would by itself. */
const longLog = 4_120_000;

/** A connection to one file, as Kysely wants it: statements run at once and are kept prepared. */
export class SqliteConnection implements DatabaseConnection {
  readonly raw: DatabaseSync;
  readonly file: string;
  readonly #statements: StatementCache;
  #nextShortening = longLog;

  private constructor(file: string, raw: DatabaseSync) {
    this.raw = raw;
    this.file = file;
    this.#statements = new StatementCache(raw, statementsKept);
  }

  /** The one connection that writes. Throws where durability cannot be had. */
  static writer(file: string): SqliteConnection {
    return SqliteConnection.#open(file, { timeout: writerTimeout, enableForeignKeyConstraints: true }, (raw) => {
      raw.exec(writerPragmas);
      assertDurable(raw);
      assertWritable(raw);
      assertSearchable(raw, file);
    });
  }

  static reader(file: string): SqliteConnection {
    return SqliteConnection.#open(file, { timeout: readerTimeout, readOnly: true }, (raw) => raw.exec(cachePragma));
  }

  static #open(file: string, options: DatabaseSyncOptions, prepare: (raw: DatabaseSync) => void): SqliteConnection {
    const raw = new DatabaseSync(file, options);
    try {
      prepare(raw);
      return new SqliteConnection(file, raw);
    } catch (error) {
      raw.close();
      throw error;
    }
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    try {
      const { rows, changes, lastInsertRowid } = this.#statements.run(sql, parameters);
      if (changes === undefined || lastInsertRowid === undefined) return { rows: rows as R[] };
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    } catch (error) {
      throw sqliteError(error, this.file);
    }
  }

  /** On a connection of its own: while a stream is open, its connection sees the database as it was at its beginning. */
  async *streamQuery<R>({ sql, parameters }: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    let aside: SqliteConnection | undefined;
    try {
      aside = SqliteConnection.reader(this.file);
      yield* chunksOf<R>(aside.raw, sql, parameters, chunkSize);
    } catch (error) {
      throw sqliteError(error, this.file);
    } finally {
      aside?.close();
    }
  }

  /**
   * Writes a log that has grown long into the database, and empties it. SQLite by itself would leave it as it is until the next write: were its
   * end damaged meanwhile, the next start would put the old pages of its beginning over the new ones. What hinders it now is tried again later.
   */
  shortenLog(): void {
    const size = sizeOf(`${this.file}-wal`);
    if (size < this.#nextShortening) return;
    try {
      // While pages are copied other processes may write; only for emptying the log they are kept off.
      this.raw.exec("pragma wal_checkpoint(passive)");
      const outcome = this.raw.prepare("pragma wal_checkpoint(truncate)").get();
      this.#nextShortening = outcome?.["busy"] === 0 ? longLog : size + longLog;
    } catch {
      // Whoever writes next hears of a disk that fails.
      this.#nextShortening = size + longLog;
    }
  }

  /** For work that may sort or rewrite all there is (a migration): what it puts aside meanwhile goes into files, it may be more than the memory holds. */
  async asideInFiles<T>(work: () => Promise<T>): Promise<T> {
    this.raw.exec("pragma temp_store = file");
    try {
      return await work();
    } finally {
      if (this.raw.isOpen) this.raw.exec("pragma temp_store = memory");
    }
  }

  close(): void {
    if (this.raw.isOpen) this.raw.close();
  }
}

/** Bytes; 0 where there is no such file, or the disk does not tell. */
function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

/** Some builds and drivers silently run NORMAL in WAL mode, which loses what was confirmed when the power fails. */
export function assertDurable(raw: DatabaseSync): void {
  const is = (pragma: string): unknown => Object.values(raw.prepare(`pragma ${pragma}`).get() ?? {})[0];
  const found = { journal_mode: is("journal_mode"), synchronous: is("synchronous"), foreign_keys: is("foreign_keys") };
  if (found.journal_mode === "wal" && found.synchronous === 2 && found.foreign_keys === 1) return;
  throw new Error(`the database must run with journal_mode wal, synchronous 2 and foreign_keys 1, but has ${JSON.stringify(found)}`);
}

/** Where a file cannot be opened for writing, SQLite opens it for reading and says nothing: no write would ever succeed on that connection. */
export function assertWritable(raw: DatabaseSync): void {
  try {
    // Any change will do, it is not kept; `begin immediate` alone is not refused by a file that was opened for reading.
    raw.exec("begin immediate; pragma user_version = 1");
  } catch (error) {
    // Whoever holds the lock can write, and so can we when it is free.
    if (isBusy(error)) return;
    throw new Error("it can be read, but not written. May this user write the file and its folder?", { cause: error });
  } finally {
    if (raw.isTransaction) raw.exec("rollback");
  }
}

function* chunksOf<R>(raw: DatabaseSync, sql: string, parameters: readonly unknown[], size: number): Generator<QueryResult<R>> {
  let rows: R[] = [];
  for (const row of raw.prepare(sql).iterate(...(parameters as never[]))) {
    rows.push({ ...row } as R);
    if (rows.length < size) continue;
    yield { rows };
    rows = [];
  }
  if (rows.length > 0) yield { rows };
}
