import { type RawBuilder, sql } from "kysely";
import type { Transaction } from "../storage/store.ts";

/** A table made of one parameter: a statement about any number of letters is one text, which is prepared once, and one question to the database. */
export function rowsOfJson(engine: Transaction["engine"], columns: Readonly<Record<string, "text" | "bigint">>, rows: readonly object[]): RawBuilder<unknown> {
  const json = JSON.stringify(rows);
  if (engine === "postgres") {
    const typed = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
    return sql`jsonb_to_recordset(${json}::jsonb) as given(${sql.raw(typed.join(", "))})`;
  }
  const named = Object.keys(columns).map((name) => `value ->> '${name}' as ${name}`);
  return sql`(select ${sql.raw(named.join(", "))} from json_each(${json})) as given`;
}
