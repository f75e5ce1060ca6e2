import type { DatabaseSync, StatementSync } from "node:sqlite";

/** No column of ours holds bytes. */
export type Row = Record<string, string | number | null>;
/** A prepared statement with the values of its names. */
export type Statement = (values: Row) => Row[];

/** Rows as lists of their values, which are read quicker. */
export type ListStatement = (values: Row) => Row[string][][];

/** Prepares SQL with named parameters; they are bound by their places, which is quicker. */
export function prepareNamed(db: DatabaseSync, sql: string): Statement {
  const { statement, names } = prepare(db, sql);
  const reads = statement.columns().length > 0;
  return (values) => {
    const given = names.map((name) => values[name] ?? null);
    if (reads) return statement.all(...given) as Row[];
    statement.run(...given);
    return [];
  };
}

export function prepareList(db: DatabaseSync, sql: string): ListStatement {
  const { statement, names } = prepare(db, sql);
  statement.setReturnArrays(true);
  return (values) => statement.all(...names.map((name) => values[name] ?? null)) as unknown as Row[string][][];
}

function prepare(db: DatabaseSync, sql: string): { statement: StatementSync; names: string[] } {
  const names: string[] = [];
  const places = sql.replace(/:([a-z]+)/g, (_, name: string) => {
    names.push(name);
    return "?";
  });
  return { statement: db.prepare(places), names };
}

/** Each of some statements. */
export function prepareEach<Name extends string>(db: DatabaseSync, statements: Readonly<Record<Name, string>>): Record<Name, Statement> {
  const prepared = Object.entries<string>(statements).map(([name, sql]) => [name, prepareNamed(db, sql)]);
  return Object.fromEntries(prepared) as Record<Name, Statement>;
}
