import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Batch, ImportKind } from "../../actions/import/import-batch.ts";
import type { Checked } from "./check-line.ts";
import { importKinds } from "./columns.ts";

/** Where in the order of writing a line stands: accounts first, then services, then invoices, each by account, then by line. */
export type Position = { kind: ImportKind; sort: string; line: number };

export type FaultInFile = { line: number; column: string; message: string };

const schema = `
  pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -32000;
  create table row (kind integer, sort text, line integer, json text);
  create table key (kind integer, key text, line integer, closed integer, primary key (kind, key)) without rowid;
  create table need (handle text, line integer, column text);
  create table fault (line integer, column text, message text);
  begin`;

/** So many that memory stays steady: the others are looked up. */
const mostPresent = 50_000;

/**
 * The checked lines of a file in a temporary database (SQLite removes it, however the process ends), so that memory stays
 * steady: a million lines would not fit otherwise, nor their order for writing, nor what must be unique among them.
 */
export class Staging {
  readonly #db = new DatabaseSync("");
  readonly #addRow: StatementSync;
  readonly #addKey: StatementSync;
  readonly #findKey: StatementSync;
  readonly #addNeed: StatementSync;
  readonly #addFault: StatementSync;
  #nextRows: StatementSync | undefined;
  /** Handles of open accounts that the file is known to have. */
  readonly #present = new Set<string>();

  constructor() {
    this.#db.exec(schema);
    this.#addRow = this.#db.prepare("insert into row values (?, ?, ?, ?)");
    this.#addKey = this.#db.prepare("insert into key values (?, ?, ?, ?) on conflict do nothing");
    this.#findKey = this.#db.prepare("select line, closed from key where kind = ? and key = ?");
    this.#addNeed = this.#db.prepare("insert into need values (?, ?, ?)");
    this.#addFault = this.#db.prepare("insert into fault values (?, ?, ?)");
  }

  add(at: Position, record: Checked["record"]): void {
    this.#addRow.run(importKinds.indexOf(at.kind), at.sort, at.line, JSON.stringify(record));
  }

  /** Takes a handle, a service or an invoice number for a line; gives the line that has taken it before, if any. */
  claim(kind: ImportKind, key: string, line: number, closed = false): number | undefined {
    if (this.#addKey.run(importKinds.indexOf(kind), key, line, Number(closed)).changes === 1) {
      if (kind === "account" && !closed) this.#notePresent(key);
      return undefined;
    }
    return Number(this.#findKey.get(importKinds.indexOf(kind), key)?.["line"]);
  }

  /** A line names an account that the database does not have: the file must. Mostly it has had it already. */
  need(handle: string, line: number, column: string): void {
    if (this.#present.has(handle)) return;
    const found = this.#findKey.get(importKinds.indexOf("account"), handle);
    if (found?.["closed"] === 0) this.#notePresent(handle);
    else this.#addNeed.run(handle, line, column);
  }

  #notePresent(handle: string): void {
    if (this.#present.size === mostPresent) this.#present.clear();
    this.#present.add(handle);
  }

  fault(line: number, column: string, message: string): void {
    this.#addFault.run(line, column, message);
  }

  /** All lines have been seen: they are put in order, and who is needed and not there is a fault. */
  settle(): void {
    // Sorting them once costs less than keeping an order while they come.
    this.#db.exec("create unique index row_by_place on row (kind, sort, line)");
    this.#nextRows = this.#db.prepare("select sort, line, json from row where kind = ? and (sort, line) > (?, ?) order by sort, line limit ?");
    this.#db.exec(`insert into fault select need.line, need.column,
      case when key.closed then 'the account ' || need.handle || ' is closed' else 'there is no account ' || need.handle || ', neither here nor in the file' end
      from need left join key on key.kind = 0 and key.key = need.handle where key.key is null or key.closed = 1`);
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
      const rows = (this.#nextRows?.all(importKinds.indexOf(kind), last.sort, last.line, size()) ?? []) as { sort: string; line: number; json: string }[];
      const end = rows.at(-1);
      if (!end) return;
      last = { kind, sort: end.sort, line: end.line };
      yield { batch: { kind, records: rows.map((row) => JSON.parse(row.json) as unknown) } as Batch, last };
    }
  }

  close(): void {
    this.#db.close();
  }
}

/** Whether a line was written by an import that ended at `end`. */
export function isWritten(at: Position, end: Position | undefined): boolean {
  if (!end) return false;
  if (at.kind !== end.kind) return importKinds.indexOf(at.kind) < importKinds.indexOf(end.kind);
  return at.sort === end.sort ? at.line <= end.line : at.sort < end.sort;
}
