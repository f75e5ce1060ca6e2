import pg from "pg";
import { copyMark } from "./copy-mark.ts";
import { CopyRefused } from "./copy-refused.ts";
import { bookkeeping, type CopyTable, quoted, type Row, type TargetColumn } from "./copy-tables.ts";
import { postgresError } from "./postgres-errors.ts";
import { prepareSession } from "./postgres-session.ts";

/** Where a copy stands. `source`: digest of what is copied; `after`: key of the last row of `table` that is there. */
export type Place = { source: string; table: string; after?: readonly string[] };

/** Rows that are asked for at once. */
const fetched = 5_000;

/** A copy goes into an empty database only. */
export const foreign = "The PostgreSQL database is not empty. A copy goes into a new one: `createdb --encoding=UTF8 …`.";
const overtaken = "Another copy into the same database is going on.";

/** The PostgreSQL side of a copy: one connection, every value as text. */
export class CopyTarget {
  readonly #client: pg.Client;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(url: string): Promise<CopyTarget> {
    const text = (value: string): string => value;
    const client = new pg.Client({ connectionString: url, application_name: "handover copy", keepAlive: true, types: { getTypeParser: () => text } });
    // Whoever waits for an answer is told too.
    client.on("error", () => {});
    try {
      await client.connect();
      await prepareSession(client, "migrate");
      return new CopyTarget(client);
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
    const rows = await this.#query(`select table_name, column_name, data_type, is_identity from information_schema.columns
      join information_schema.tables using (table_schema, table_name)
      where table_schema = current_schema() and table_type = 'BASE TABLE' order by table_name, ordinal_position`);
    const tables = new Map<string, TargetColumn[]>();
    for (const [table, name, type, identity] of rows) {
      if (!table || !name || !type) continue;
      tables.set(table, [...(tables.get(table) ?? []), { name, type, identity: identity === "YES" }]);
    }
    return tables;
  }

  /** The place that an earlier copy has reached; undefined: there was none. */
  async place(): Promise<Place | undefined> {
    const [row] = await this.#query("select value from setting where key = $1", [copyMark]);
    return row?.[0] ? (JSON.parse(row[0]) as Place) : undefined;
  }

  /** Nothing of ours is put into the database of another program. Ours may have got no further than its bookkeeping. */
  async refuseStrange(): Promise<void> {
    const tables = [...(await this.tables()).keys()];
    if (!tables.includes("migration") && tables.some((name) => !bookkeeping.includes(name))) throw new CopyRefused(foreign);
  }

  /** Whether anything stands there, but for what each side keeps for itself. */
  async isFilled(): Promise<boolean> {
    for (const name of (await this.tables()).keys()) {
      if (bookkeeping.includes(name)) continue;
      if ((await this.#query(`select 1 from ${quoted(name)} limit 1`)).length > 0) return true;
    }
    return false;
  }

  /** Marks an empty database as a copy. From then on no server starts on it. */
  async begin(place: Place): Promise<void> {
    await this.#transaction(async () => {
      await this.#query("lock table setting in share row exclusive mode");
      if (await this.isFilled()) throw new CopyRefused(foreign);
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
    await this.#transaction(() => this.#move(JSON.stringify(place), "delete from setting"));
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
    await work();
    await this.#query("commit");
  }

  async #query(text: string, values: unknown[] = []): Promise<Row[]> {
    try {
      return (await this.#client.query<(string | null)[]>({ text, values, rowMode: "array" })).rows;
    } catch (error) {
      throw postgresError(error);
    }
  }
}

/** Texts byte by byte, as SQLite has them. */
function orderOf(column: CopyTable["columns"][number] | undefined): string {
  return `${quoted(column?.name ?? "")}${column?.type === "text" ? ' collate "C"' : ""}`;
}
