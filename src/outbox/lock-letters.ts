import type { SelectQueryBuilder } from "kysely";
import type { Transaction } from "../storage/store.ts";
import type { Tables } from "../storage/tables.ts";

type Letters = SelectQueryBuilder<Tables, "outbox", { id: string }>;

/** Locks letters in order of id before they are changed: two transactions that have some in common cannot wait for each other. On SQLite writers take turns already. */
export async function lockLetters({ engine, db }: Transaction, which: (letters: Letters) => Letters): Promise<void> {
  if (engine === "postgres") await which(db.selectFrom("outbox").select("id")).orderBy("id").forUpdate().execute();
}
