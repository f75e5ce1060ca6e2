import { CopyRefused } from "./copy-refused.ts";
import { bookkeeping } from "./postgres-bookkeeping.ts";

/** A row as both sides can be compared: numbers as decimal digits. */
export type Row = readonly (string | null)[];

/** What is known about a table of SQLite. `key`: columns of the primary key in its order; `needs`: tables that it refers to. */
export type SourceTable = { name: string; columns: readonly string[]; key: readonly string[]; needs: readonly string[] };

/** A column of PostgreSQL. `identity`: the database itself gives its numbers. */
export type TargetColumn = { name: string; type: string; identity: boolean };

type ColumnType = (typeof types)[number];

/** A table that both sides have. `key`: places of the primary key's columns; `identity`: the column that the database numbers. */
export type CopyTable = { name: string; columns: readonly { name: string; type: ColumnType }[]; key: readonly number[]; identity: string | undefined };

const types = ["bigint", "integer", "text"] as const;

/** The tables in an order in which each comes after those that it refers to. Refuses sides that differ: a table that was forgotten would be lost. */
export function matchTables(source: readonly SourceTable[], target: ReadonlyMap<string, readonly TargetColumn[]>): CopyTable[] {
  const wanted = tablesToCopy(source);
  const present = [...target.keys()].filter((name) => !bookkeeping.includes(name));
  refuseDifference(
    "tables",
    wanted.map(({ name }) => name),
    present,
  );
  return inOrder(wanted).map((table) => matchTable(table, target.get(table.name) ?? []));
}

/** Without what each side keeps for itself. */
export function tablesToCopy(source: readonly SourceTable[]): SourceTable[] {
  return source.filter(({ name }) => !bookkeeping.includes(name));
}

function matchTable({ name, columns, key }: SourceTable, target: readonly TargetColumn[]): CopyTable {
  refuseDifference(
    `columns of ${name}`,
    columns,
    target.map((column) => column.name),
  );
  if (key.length === 0) throw new CopyRefused(`the table ${name} has no primary key: its rows cannot be told apart`);
  return {
    name,
    columns: columns.map((column) => ({
      name: column,
      type: typeOf(
        name,
        target.find((one) => one.name === column),
      ),
    })),
    key: key.map((column) => columns.indexOf(column)),
    identity: target.find((column) => column.identity)?.name,
  };
}

function typeOf(table: string, column: TargetColumn | undefined): ColumnType {
  const type = types.find((one) => one === column?.type);
  if (!type) throw new CopyRefused(`${table}.${column?.name} has the type ${column?.type}, which this program does not know how to copy`);
  return type;
}

function refuseDifference(what: string, source: readonly string[], target: readonly string[]): void {
  const missing = source.filter((name) => !target.includes(name));
  const more = target.filter((name) => !source.includes(name));
  if (missing.length + more.length === 0) return;
  throw new CopyRefused(`the ${what} are not the same: only SQLite has ${missing.join(", ") || "none"}, only PostgreSQL has ${more.join(", ") || "none"}`);
}

function inOrder(tables: readonly SourceTable[]): SourceTable[] {
  const done: SourceTable[] = [];
  const rest = new Set(tables);
  while (rest.size > 0) {
    const next = [...rest].find(({ name, needs }) => needs.every((need) => need === name || done.some((one) => one.name === need)));
    if (!next) throw new CopyRefused(`the tables ${[...rest].map(({ name }) => name).join(", ")} refer to each other in a circle`);
    rest.delete(next);
    done.push(next);
  }
  return done;
}

/** A name as both engines read it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The values of a row's primary key, which are never null. */
export function keyOf(table: CopyTable, row: Row): string[] {
  return table.key.map((place) => row[place] ?? "");
}
