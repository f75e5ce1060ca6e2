import type { DatabaseSync } from "node:sqlite";
import { damageOf, isMistake } from "./sqlite-errors.ts";

const indexes = "select name from sqlite_schema where type = 'table' and name in ('searched_name', 'searched_part')";

/**
 * SQLite reads what a file says of a search index only when that is used, and takes damage there for a mistake in the statement. Throws StoreDamaged, at
 * once instead of at the first search.
 */
export function assertSearchable(raw: DatabaseSync, file: string): void {
  // As they are at one moment: another process may be making them anew.
  raw.exec("begin");
  try {
    for (const { name } of raw.prepare(indexes).all()) raw.prepare(`select name from ${String(name)}`);
  } catch (error) {
    throw isMistake(error) ? damageOf(file, error.message, error) : error;
  } finally {
    if (raw.isTransaction) raw.exec("rollback");
  }
}
