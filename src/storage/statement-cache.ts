import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

type Row = Record<string, unknown>;
type Prepared = { statement: StatementSync; width: number; rowOf: (values: readonly unknown[]) => Row };

/** What a statement gave: rows where it has columns (a select, a `returning`), else what it changed. */
export type Outcome = { rows: Row[]; changes?: number | bigint; lastInsertRowid?: number | bigint };

/** Statements of one connection, prepared once; the least recently used is forgotten when there are more than `size`. */
export class StatementCache {
  readonly #db: DatabaseSync;
  readonly #size: number;
  readonly #prepared = new Map<string, Prepared>();

  constructor(db: DatabaseSync, size: number) {
    this.#db = db;
    this.#size = size;
  }

  get length(): number {
    return this.#prepared.size;
  }

  run(sql: string, parameters: readonly unknown[]): Outcome {
    const prepared = this.#prepare(sql);
    const values = parameters as readonly SQLInputValue[];
    if (prepared.width === 0) return { rows: [], ...prepared.statement.run(...values) };
    const arrays = prepared.statement.all(...values) as unknown as unknown[][];
    // A `select *` gets more columns when another process has migrated meanwhile.
    if (arrays[0] && arrays[0].length !== prepared.width) Object.assign(prepared, shapeOf(prepared.statement));
    const { rowOf } = prepared;
    return { rows: arrays.map((values) => rowOf(values)) };
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    const prepared = known ?? prepare(this.#db, sql);
    // A Map keeps the order of insertion: putting back what is used leaves the oldest in front.
    if (known) this.#prepared.delete(sql);
    this.#prepared.set(sql, prepared);
    if (this.#prepared.size > this.#size) this.#forgetOldest();
    return prepared;
  }

  #forgetOldest(): void {
    for (const oldest of this.#prepared.keys()) {
      this.#prepared.delete(oldest);
      return;
    }
  }
}

function prepare(db: DatabaseSync, sql: string): Prepared {
  const statement = db.prepare(sql);
  // SQLite prepares the first statement of a text and would forget the others in silence.
  if (sql.slice(statement.sourceSQL.length).trim() !== "") throw new Error(`more than one statement in ${sql}`);
  statement.setReturnArrays(true);
  return { statement, ...shapeOf(statement) };
}

function shapeOf(statement: StatementSync): Pick<Prepared, "width" | "rowOf"> {
  const columns = statement.columns().map((column) => column.name);
  return { width: columns.length, rowOf: rowMaker(columns) };
}

/** Plain objects made of arrays: node:sqlite's own rows have no prototype and take half as long again. By numbers: an iterator makes an array for each value. */
function rowMaker(columns: readonly string[]): (values: readonly unknown[]) => Row {
  return (values) => {
    const row: Row = {};
    for (let at = 0; at < columns.length; at++) row[columns[at] ?? ""] = values[at];
    return row;
  };
}
