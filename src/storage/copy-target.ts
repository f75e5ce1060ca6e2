import pg from "pg";
import { copyMark, halfCopy } from "./copy-mark.ts";
import { CopyRefused } from "./copy-refused.ts";
import { type CopyTable, quoted, type Row, type TargetColumn } from "./copy-tables.ts";
import { bookkeeping, migrationLock } from "./postgres-bookkeeping.ts";
import { withTimeout } from "./postgres-connection.ts";
import { postgresError } from "./postgres-errors.ts";
import { keepAlive, prepareSession } from "./postgres-session.ts";

/** Where a copy stands. `source`: digest of what is copied; `after`: key of the last row of `table` that is there. */
export type Place = { source: string; table: string; after?: readonly string[] };

/** ms after which an answer that has not come will not come. No page, and no look at all of the tables, takes so long by far. */
const usualPatience = 5 * 60_000;

/** Rows that are asked for at once. */
const fetched = 5_000;

const otherSource =
  "The PostgreSQL database holds a part of another copy: of other data, or of these before they changed. Drop it, create it anew and begin again.";

/** What a server that nobody has used yet writes: its mode, its secret's fingerprint. */
const startedOnly = ["setting"];

const overtaken = "Another copy into the same database is going on.";

/** The PostgreSQL side of a copy: one connection, every value as text. */
export class CopyTarget {
  readonly #client: pg.Client;
  readonly #patience: number;

  private constructor(client: pg.Client, patience: number) {
    this.#client = client;
    this.#patience = patience;
  }

  /** `patience`: ms for an answer. */
  static async open(url: string, patience = usualPatience): Promise<CopyTarget> {
    const text = (value: string): string => value;
    const client = new pg.Client({ connectionString: url, application_name: "handover copy", ...keepAlive, types: { getTypeParser: () => text } });
    // Whoever waits for an answer is told too.
    client.on("error", () => {});
    try {
      await client.connect();
      await prepareSession(client, "migrate");
      return new CopyTarget(client, patience);
    } catch (error) {
      await client.end().catch(() => {});
      throw postgresError(error);
    }
  }

  /** Names of the migrations that have run. */
  async migrations(): Promise<string[]> {
    return (await this.#query("select name from migration order by name")).map(([name]) => name ?? "");
  }

  async tables(): Promise<Map<string, TargetColumn[]>> {
    // Not information_schema, which leaves out what belongs to another role.
    const rows = await this.#query(`select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attidentity <> ''
      from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) and c.relkind in ('r', 'p')
      order by c.relname, a.attnum`);
    const tables = new Map<string, TargetColumn[]>();
    for (const [table, name, type, identity] of rows) {
      if (!table) continue;
      const columns = tables.get(table) ?? [];
      if (name && type) columns.push({ name, type, identity: identity === "t" });
      tables.set(table, columns);
    }
    return tables;
  }

  /** The place that an earlier copy has reached; undefined: there was none. */
  async place(): Promise<Place | undefined> {
    if (!(await this.tables()).has("setting")) return undefined;
    const [row] = await this.#query("select value from setting where key = $1", [copyMark]);
    return row?.[0] ? (JSON.parse(row[0]) as Place) : undefined;
  }

  /**
   * Marks an empty database before anything of ours is made there: from then on no server starts on it, and no other data are copied there. Nothing is
   * put into the database of another program. Ours may have got no further than its bookkeeping; one that is filled gets no mark: gives the tables in
   * which something stands.
   */
  async mark(source: string): Promise<string[]> {
    let filled: string[] = [];
    await this.#transaction(async () => {
      await this.#query(migrationLock);
      const tables = [...(await this.tables()).keys()];
      const strange = tables.filter((name) => !bookkeeping.includes(name));
      if (!tables.includes("migration") && strange.length > 0) throw await this.foreign(strange);
      if ((await this.place()) === undefined) filled = await this.filled();
      if (filled.length > 0) return;
      await this.#query(`create table if not exists ${halfCopy} (source text not null)`);
      const [begun] = await this.#query(`select source from ${halfCopy}`);
      if (begun && begun[0] !== source) throw new CopyRefused(otherSource);
      if (!begun) await this.#query(`insert into ${halfCopy} (source) values ($1)`, [source]);
    });
    return filled;
  }

  /** Takes the mark away from what turns out to be no copy. */
  async unmark(): Promise<void> {
    if ((await this.place()) === undefined) await this.#query(`drop table if exists ${halfCopy}`);
  }

  /** The tables in which anything stands, but for what each side keeps for itself. What may not be read is somebody's. */
  async filled(): Promise<string[]> {
    const filled: string[] = [];
    for (const name of (await this.tables()).keys()) {
      if (bookkeeping.includes(name)) continue;
      const [readable] = await this.#query("select has_table_privilege($1, 'select')", [quoted(name)]);
      if (readable?.[0] !== "t" || (await this.#query(`select 1 from ${quoted(name)} limit 1`)).length > 0) filled.push(name);
    }
    return filled;
  }

  /** A copy goes into an empty database only. What a first start has left there says nothing: the operator may drop it. */
  async foreign(tables: readonly string[]): Promise<CopyRefused> {
    const [[name, user] = []] = await this.#query("select current_database(), current_user");
    const more = tables.length > 3 ? ` and ${tables.length - 3} more` : "";
    const found = `The PostgreSQL database ${name} is not empty: it has ${tables.slice(0, 3).join(", ")}${more}.`;
    const isUnused = (await this.tables()).has("account") && tables.every((table) => startedOnly.includes(table));
    return new CopyRefused(
      isUnused
        ? `${found} That is what a start leaves there, no account and no service. Stop what runs on it, then: dropdb ${name}; createdb --owner=${user} --encoding=UTF8 ${name}`
        : `${found} A copy goes into a new one: createdb --owner=${user} --encoding=UTF8 NAME`,
    );
  }

  /** Writes down that the copy begins. */
  async begin(place: Place): Promise<void> {
    await this.#transaction(async () => {
      await this.#query("lock table setting in share row exclusive mode");
      const filled = await this.filled();
      if (filled.length > 0) throw (await this.place()) ? new CopyRefused(overtaken) : await this.foreign(filled);
      await this.#query("insert into setting (key, value) values ($1, $2)", [copyMark, JSON.stringify(place)]);
    });
  }

  /** Writes rows, with the place reached in the same transaction. */
  async write(table: CopyTable, rows: readonly Row[], from: Place, to: Place): Promise<void> {
    const columns = table.columns.map(({ name }) => quoted(name)).join(", ");
    const arrays = table.columns.map(({ type }, place) => `$${place + 1}::${type}[]`).join(", ");
    const values = table.columns.map((_, place) => rows.map((row) => row[place] ?? null));
    await this.#transaction(async () => {
      await this.#query(`insert into ${quoted(table.name)} (${columns}) select * from unnest(${arrays})`, values);
      await this.#move(JSON.stringify(from), "update setting set value = $3", JSON.stringify(to));
    });
  }

  /** The numbers that the database gives go on behind this one. */
  async raise(table: CopyTable, highest: bigint): Promise<void> {
    if (table.identity === undefined || highest === 0n) return;
    await this.#query("select setval(pg_get_serial_sequence($1, $2), $3)", [quoted(table.name), table.identity, `${highest}`]);
  }

  /** How the tables are filled, by which the database plans its queries. */
  async analyze(): Promise<void> {
    await this.#query("analyze");
  }

  /** All rows of a table by the order of their keys, but for the mark of the copy itself. */
  async *rows(table: CopyTable): AsyncGenerator<Row> {
    const columns = table.columns.map(({ name }) => quoted(name)).join(", ");
    const keys = table.key.map((place) => orderOf(table.columns[place]));
    const marked = table.name === "setting" ? `where key <> '${copyMark}'` : "";
    await this.#query("begin isolation level repeatable read read only");
    await this.#query(`declare rows_of_copy no scroll cursor for select ${columns} from ${quoted(table.name)} ${marked} order by ${keys.join(", ")}`);
    for (;;) {
      const rows = await this.#query(`fetch ${fetched} from rows_of_copy`);
      yield* rows;
      if (rows.length < fetched) break;
    }
    await this.#query("commit");
  }

  /** The copy is whole and verified: from now on it is a database like any other. */
  async finish(place: Place): Promise<void> {
    await this.#transaction(async () => {
      await this.#move(JSON.stringify(place), "delete from setting");
      await this.#query(`drop table if exists ${halfCopy}`);
    });
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => {});
  }

  /** Only from where this copy knows it to be: nobody else moves it meanwhile. */
  async #move(from: string, how: string, ...to: string[]): Promise<void> {
    const moved = await this.#query(`${how} where key = $1 and value = $2 returning key`, [copyMark, from, ...to]);
    if (moved.length !== 1) throw new CopyRefused(overtaken);
  }

  /** What fails ends the copy and its connection, and with it the transaction. */
  async #transaction(work: () => Promise<void>): Promise<void> {
    await this.#query("begin");
    try {
      await work();
    } catch (error) {
      // Where the way to the server is gone, it rolls back by itself.
      await this.#query("rollback").catch(() => {});
      throw error;
    }
    await this.#query("commit");
  }

  async #query(text: string, values: unknown[] = []): Promise<Row[]> {
    try {
      return (await this.#client.query<(string | null)[]>(withTimeout({ text, values, rowMode: "array" }, this.#patience))).rows;
    } catch (error) {
      throw postgresError(error);
    }
  }
}

/** Texts byte by byte, as SQLite has them. */
function orderOf(column: CopyTable["columns"][number] | undefined): string {
  return `${quoted(column?.name ?? "")}${column?.type === "text" ? ' collate "C"' : ""}`;
}
