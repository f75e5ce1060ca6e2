import { PostgresAdapter } from "kysely";
import type { Queryable } from "./tables.ts";

/** Whether this speaks to PostgreSQL, for the few texts that are not the same on both engines. */
export function isPostgres(db: Queryable): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
