import type { DatabaseSync } from "node:sqlite";

/** No column of ours holds bytes. */
export type Row = Record<string, string | number | null>;
/** A prepared statement with the values of its names. */
export type Statement = (values: Row) => Row[];

/** Prepares SQL with named parameters; they are bound by their places, which is quicker. */
export function prepareNamed(db: DatabaseSync, sql: string): Statement {
  const names: string[] = [];
  const statement = db.prepare(
    sql.replace(/:([a-z]+)/g, (_, name: string) => {
      names.push(name);
      return "?";
    }),
  );
  const reads = statement.columns().length > 0;
  return (values) => {
    const given = names.map((name) => values[name] ?? null);
    if (reads) return statement.all(...given) as Row[];
    statement.run(...given);
    return [];
  };
}

/** Each of some statements. */
export function prepareEach<Name extends string>(db: DatabaseSync, statements: Readonly<Record<Name, string>>): Record<Name, Statement> {
  const prepared = Object.entries<string>(statements).map(([name, sql]) => [name, prepareNamed(db, sql)]);
  return Object.fromEntries(prepared) as Record<Name, Statement>;
}
