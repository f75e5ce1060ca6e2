import { type RawBuilder, sql } from "kysely";
import { isPostgres } from "./is-postgres.ts";
import type { Queryable } from "./tables.ts";

/** Ids as one value, each once: a query about any number of them has one text, which is compiled and prepared once. */
export function listOf(ids: Iterable<number>): string {
  return `[${[...new Set(ids)].join()}]`;
}

/** Whether a column is among the ids of such a list. */
export function isAmong(db: Queryable, column: string, list: string): RawBuilder<boolean> {
  // As a query of its own the list is read once, and not for each row that is looked at.
  if (isPostgres(db)) return sql<boolean>`${sql.ref(column)} = any((select translate(${list}, '[]', '{}')::bigint[])::bigint[])`;
  return sql<boolean>`${sql.ref(column)} in (select value from json_each(${list}))`;
}

/** Texts as one value, each once; they must be well-formed and hold no NUL, which PostgreSQL knows in no text. */
export function textsOf(texts: Iterable<string>): string {
  return JSON.stringify([...new Set(texts)]);
}

/** Whether a column is among the texts of such a list. */
export function isAmongTexts(db: Queryable, column: string, list: string): RawBuilder<boolean> {
  if (isPostgres(db)) return sql<boolean>`${sql.ref(column)} = any(array(select json_array_elements_text(${list}::json)))`;
  return sql<boolean>`${sql.ref(column)} in (select value from json_each(${list}))`;
}

/** A table of the ids of such a list, whose one column is `value`. */
export function eachOf(db: Queryable, list: string): RawBuilder<unknown> {
  if (isPostgres(db)) return sql`(select unnest(translate(${list}, '[]', '{}')::bigint[]) as value)`;
  return sql`json_each(${list})`;
}
