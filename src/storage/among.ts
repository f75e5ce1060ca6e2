import { PostgresAdapter, type RawBuilder, sql } from "kysely";
import type { Queryable } from "./tables.ts";

/** Ids as one value, each once: a query about any number of them has one text, which is compiled and prepared once. */
export function listOf(ids: Iterable<number>): string {
  return `[${[...new Set(ids)].join()}]`;
}

/** Whether a column is among the ids of such a list. */
export function isAmong(db: Queryable, column: string, list: string): RawBuilder<boolean> {
  if (db.getExecutor().adapter instanceof PostgresAdapter) return sql<boolean>`${sql.ref(column)} = any(translate(${list}, '[]', '{}')::bigint[])`;
  return sql<boolean>`${sql.ref(column)} in (select value from json_each(${list}))`;
}
