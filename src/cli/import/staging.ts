import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Batch, ImportKind } from "../../actions/import/import-batch.ts";
import type { Checked } from "./check-line.ts";
import { importKinds } from "./columns.ts";

/** Where in the order of writing a line stands: accounts first, then services, then invoices, each by account, then by line. */
export type Position = { kind: ImportKind; sort: string; line: number };

export type FaultInFile = { line: number; column: string; message: string };

const schema = `
  pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -8000;
  create table row (kind integer, sort text, line integer, key text, closed integer, json text);
  create table need (handle text, line integer, column text);
  create table fault (line integer, column text, message text);
  begin`;

const keysAgain = `
  with again as materialized (select kind, key, min(line) as first from row group by kind, key having count(*) > 1)
  select kind, key, line, first from again join row using (kind, key) where line > first`;

/** Of an account that stands in several lines, which is a fault already, the first counts. */
const needsUnmet = `
  insert into fault select line, column,
    case closed when 1 then 'the account ' || handle || ' is closed' else 'there is no account ' || handle || ', neither here nor in the file' end
  from (select *, (select closed from row where kind = 0 and key = handle order by line limit 1) as closed from need) where closed is not 0`;

/** So many that memory stays steady: the others are looked up. */
const mostPresent = 50_000;

/**
 * The checked lines of a file in a temporary database (SQLite removes it, however the process ends), so that memory stays
 * steady: a million lines would not fit otherwise, nor their order for writing, nor what must be unique among them.
 */
export class Staging {
  readonly #db = new DatabaseSync("");
  readonly #addRow: StatementSync;
  readonly #addNeed: StatementSync;
  readonly #addFault: StatementSync;
  #nextRows: StatementSync | undefined;
  /** Accounts that the file is known to have, by handle: whether they are open where they stand first. */
  readonly #present = new Map<string, boolean>();

  constructor() {
    this.#db.exec(schema);
    this.#addRow = this.#db.prepare("insert into row values (?, ?, ?, ?, ?, ?)");
    this.#addNeed = this.#db.prepare("insert into need values (?, ?, ?)");
    this.#addFault = this.#db.prepare("insert into fault values (?, ?, ?)");
  }

  /** `key`: a handle, the name of a service or the number of an invoice, which may stand in one line only; `closed`: it is a closed account's. */
  add(at: Position, { key, closed, record }: { key: string; closed: boolean; record: Checked["record"] }): void {
    this.#addRow.run(importKinds.indexOf(at.kind), at.sort, at.line, key, Number(closed), JSON.stringify(record));
    if (at.kind === "account" && !this.#present.has(key)) this.#notePresent(key, !closed);
  }

  /** A line names an account that the database does not have: the file must. Mostly it has had it already. */
  need(handle: string, line: number, column: string): void {
    if (!this.#present.get(handle)) this.#addNeed.run(handle, line, column);
  }

  #notePresent(handle: string, open: boolean): void {
    if (this.#present.size === mostPresent) this.#present.clear();
    this.#present.set(handle, open);
  }

  fault(line: number, column: string, message: string): void {
    this.#addFault.run(line, column, message);
  }

  /** All lines have been seen: they are put in order. What stands in two of them is a fault, as is who is needed and not there. */
  settle(): void {
    // Sorting them once costs less than keeping an order while they come.
    this.#db.exec("create unique index row_by_place on row (kind, sort, line); create index account_by_handle on row (key, line) where kind = 0");
    this.#nextRows = this.#db.prepare("select json, sort, line from row where kind = ? and (sort, line) > (?, ?) order by sort, line limit ?");
    this.#nextRows.setReturnArrays(true);
    for (const { kind, key, line, first } of this.#db.prepare(keysAgain).iterate())
      this.fault(Number(line), "", `${nameOf(importKinds[Number(kind)] ?? "account", String(key))} stands already in line ${String(first)}`);
    this.#db.exec(needsUnmet);
  }

  /** The first faults by line, and how many there are. */
  faults(atMost: number): { first: FaultInFile[]; count: number } {
    const count = Number(this.#db.prepare("select count(*) as n from fault").get()?.["n"]);
    const first = this.#db.prepare("select line, column, message from fault order by line, rowid limit ?").all(atMost) as FaultInFile[];
    return { first, count };
  }

  /** How many lines of a kind there are. */
  count(kind: ImportKind): number {
    return Number(this.#db.prepare("select count(*) as n from row where kind = ?").get(importKinds.indexOf(kind))?.["n"]);
  }

  /** How many lines stand up to a position in the order of writing. */
  countUntil(end: Position | undefined): number {
    if (!end) return 0;
    const query = this.#db.prepare("select count(*) as n from row where (kind, sort, line) <= (?, ?, ?)");
    return Number(query.get(importKinds.indexOf(end.kind), end.sort, end.line)?.["n"]);
  }

  /** Lines of one kind in the order of writing, in batches; `size` is asked before each. */
  *batches(kind: ImportKind, after: Position | undefined, size: () => number): Generator<{ batch: Batch; last: Position }> {
    let last = after?.kind === kind ? after : { kind, sort: "", line: 0 };
    for (;;) {
      const rows = (this.#nextRows?.all(importKinds.indexOf(kind), last.sort, last.line, size()) ?? []) as unknown as [string, string, number][];
      const end = rows.at(-1);
      if (!end) return;
      last = { kind, sort: end[1], line: end[2] };
      yield { batch: { kind, records: rows.map(([json]) => JSON.parse(json) as unknown) } as Batch, last };
    }
  }

  close(): void {
    this.#db.close();
  }
}

/** How messages call what a line holds. */
export function nameOf(kind: ImportKind, key: string): string {
  return `the ${kind} ${key}`;
}

/** Whether a line was written by an import that ended at `end`. */
export function isWritten(at: Position, end: Position | undefined): boolean {
  if (!end) return false;
  if (at.kind !== end.kind) return importKinds.indexOf(at.kind) < importKinds.indexOf(end.kind);
  return at.sort === end.sort ? at.line <= end.line : at.sort < end.sort;
}
