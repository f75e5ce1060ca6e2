import type { Selectable } from "kysely";
import type { AccountTable, Queryable } from "../tables.ts";

export type AccountRow = Selectable<AccountTable>;

export async function findAccount(db: Queryable, id: number): Promise<AccountRow | undefined> {
  return db.selectFrom("account").selectAll().where("id", "=", id).executeTakeFirst();
}

/** `handle`: lower case. */
export async function findAccountByHandle(db: Queryable, handle: string): Promise<AccountRow | undefined> {
  return db.selectFrom("account").selectAll().where("handle", "=", handle).executeTakeFirst();
}

/** The accounts with these ids, by id. */
export async function findAccounts(db: Queryable, ids: Iterable<number>): Promise<Map<number, AccountRow>> {
  const wanted = [...new Set(ids)];
  const rows = wanted.length ? await db.selectFrom("account").selectAll().where("id", "in", wanted).execute() : [];
  return new Map(rows.map((row) => [row.id, row]));
}
