import { type SelectQueryBuilder, type SqlBool, sql } from "kysely";
import type { Transaction } from "../storage/store.ts";
import type { Tables } from "../storage/tables.ts";

type Letters = SelectQueryBuilder<Tables, "outbox", { id: string }>;

/** Locks letters in order of id before they are changed: two transactions that have some in common cannot wait for each other. On SQLite writers take turns already. */
export async function lockLetters({ engine, db }: Transaction, which: (letters: Letters) => Letters): Promise<void> {
  if (engine === "postgres") await which(db.selectFrom("outbox").select("id")).orderBy("id").forUpdate().execute();
}

/**
 * Locks those of these letters that nobody holds at the moment, and gives all but the held ones: who has many to write to does not wait for one. On SQLite
 * nobody holds any.
 */
export async function lockFreeLetters({ engine, db }: Transaction, ids: readonly string[]): Promise<Set<string>> {
  const free = new Set(ids);
  if (engine !== "postgres" || ids.length === 0) return free;
  const those = (some: readonly string[]) => db.selectFrom("outbox").select("id").where(sql<SqlBool>`id = any(${some}::text[])`);
  const locked = new Set((await those(ids).orderBy("id").forUpdate().skipLocked().execute()).map(({ id }) => id));
  const others = ids.filter((id) => !locked.has(id));
  // One that is there and was not locked is held; one that is gone is nobody's.
  const held = others.length === 0 ? [] : await those(others).execute();
  for (const { id } of held) free.delete(id);
  return free;
}
