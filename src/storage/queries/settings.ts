import type { Queryable } from "../tables.ts";

/** What is kept under this key, or undefined. */
export async function findSetting(db: Queryable, key: string): Promise<string | undefined> {
  const row = await db.selectFrom("setting").select("value").where("key", "=", key).executeTakeFirst();
  return row?.value;
}

/** Keeps a value where there is none; false: there is one. */
export async function claimSetting(db: Queryable, key: string, value: string): Promise<boolean> {
  const added = await db
    .insertInto("setting")
    .values({ key, value })
    .onConflict((conflict) => conflict.doNothing())
    .returning("key")
    .executeTakeFirst();
  return added !== undefined;
}

/** Keeps a value, in the place of the one that was there. */
export async function saveSetting(db: Queryable, key: string, value: string): Promise<void> {
  await db
    .insertInto("setting")
    .values({ key, value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
    .execute();
}
