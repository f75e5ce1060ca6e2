import { isUtf8 } from "node:buffer";
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { CopyRefused } from "./copy-refused.ts";
import { type CopyTable, quoted, type Row, type SourceTable } from "./copy-tables.ts";
import { assertUsable } from "./file-rights.ts";
import { holdSqlite } from "./hold-sqlite.ts";
import { isBusy } from "./sqlite-errors.ts";

const inUse = "Another process has the database open: stop the server first, and every command. What they wrote from now on would be missing in the copy.";

/** The database that is copied, held so that nobody else can even open it. */
export class CopySource {
  readonly #db: DatabaseSync;

  private constructor(db: DatabaseSync) {
    this.#db = db;
  }

  static async open(file: string): Promise<CopySource> {
    await assertUsable(file);
    try {
      return new CopySource(await holdSqlite(file, "pragma cache_size = -64000"));
    } catch (error) {
      throw isBusy(error) ? new CopyRefused(inUse) : error;
    }
  }

  /** Names of the migrations that have run. */
  migrations(): string[] {
    return this.#isTable("migration") ? this.#texts("select name from migration order by name") : [];
  }

  tables(): SourceTable[] {
    // An index of words is a table to SQLite, and keeps others for itself.
    const kept = "schema = 'main' and type = 'table' and name not like 'sqlite\\_%' escape '\\'";
    const names = this.#texts(`select name from pragma_table_list where ${kept} order by name`);
    return names.map((name) => ({
      name,
      columns: this.#texts("select name from pragma_table_xinfo(?) order by cid", name),
      key: this.#texts("select name from pragma_table_xinfo(?) where pk > 0 order by pk", name),
      needs: this.#texts('select distinct "table" from pragma_foreign_key_list(?)', name),
    }));
  }

  /** Rows of a table. */
  size(name: string): number {
    return Number(this.#db.prepare(`select count(*) as rows from ${quoted(name)}`).get()?.["rows"]);
  }

  /** Rows, or those behind one key. */
  count(table: CopyTable, after?: readonly string[]): number {
    const { from, parameters } = behind(table, after);
    return Number(this.#db.prepare(`select count(*) as rows from ${quoted(table.name)} ${from}`).get(...parameters)?.["rows"]);
  }

  /** All rows by the order of their keys, from behind one key on. Numbers come as bigint. */
  values(table: CopyTable, after?: readonly string[]): Iterable<SQLOutputValue[]> {
    const { names, from, parameters } = behind(table, after);
    const columns = table.columns.map(({ name }) => quoted(name)).join(", ");
    return this.#arrays(`select ${columns} from ${quoted(table.name)} ${from} order by ${names}`, ...parameters);
  }

  /** The same for a table of which nothing is known but what SQLite says. */
  allValues({ name, columns, key }: SourceTable): Iterable<SQLOutputValue[]> {
    const order = key.length > 0 ? `order by ${key.map(quoted).join(", ")}` : "";
    return this.#arrays(`select ${columns.map(quoted).join(", ")} from ${quoted(name)} ${order}`);
  }

  *rows(table: CopyTable, after?: readonly string[]): Generator<Row, undefined> {
    for (const values of this.values(table, after)) yield values.map(textOf);
    return undefined;
  }

  /** The keys of rows with a text that is not UTF-8 in this column. */
  *broken(table: CopyTable, column: string): Generator<string[]> {
    const keys = table.key.map((place) => quoted(table.columns[place]?.name ?? ""));
    const wide = `${quoted(column)} glob '*[^ -~]*'`;
    const found = this.#arrays(`select cast(${quoted(column)} as blob), ${keys.join(", ")} from ${quoted(table.name)} where ${wide}`);
    for (const [bytes, ...key] of found) {
      if (bytes instanceof Uint8Array && !isUtf8(bytes)) yield key.map(String);
    }
  }

  /** The highest number ever given in this table, that of a row that is gone included; 0: none. */
  highest(table: CopyTable): bigint {
    if (!this.#isTable("sqlite_sequence")) return 0n;
    const statement = this.#db.prepare("select max(seq) as seq from sqlite_sequence where name = ?");
    statement.setReadBigInts(true);
    return BigInt(statement.get(table.name)?.["seq"]?.toString() ?? 0);
  }

  close(): void {
    this.#db.close();
  }

  #isTable(name: string): boolean {
    return this.#db.prepare("select 1 from sqlite_schema where type = 'table' and name = ?").get(name) !== undefined;
  }

  #arrays(sql: string, ...parameters: (string | bigint)[]): Iterable<SQLOutputValue[]> {
    const statement = this.#db.prepare(sql);
    statement.setReadBigInts(true);
    statement.setReturnArrays(true);
    return statement.iterate(...parameters) as unknown as Iterable<SQLOutputValue[]>;
  }

  #texts(sql: string, ...parameters: string[]): string[] {
    return this.#db
      .prepare(sql)
      .all(...parameters)
      .map((row) => String(Object.values(row)[0]));
  }
}

/** The names of the key's columns, and the condition for rows behind one. */
function behind(table: CopyTable, after: readonly string[] | undefined): { names: string; from: string; parameters: (string | bigint)[] } {
  const key = table.key.map((place) => table.columns[place]);
  const names = key.map((column) => quoted(column?.name ?? "")).join(", ");
  if (!after) return { names, from: "", parameters: [] };
  const parameters = after.map((value, index) => (key[index]?.type === "text" ? value : BigInt(value)));
  return { names, from: `where (${names}) > (${after.map(() => "?").join(", ")})`, parameters };
}

const textOf = (value: SQLOutputValue): string | null => (value === null ? null : String(value));
