import type { Insertable, Selectable } from "kysely";
import type { LinkKind, LinkOutcome } from "../../domain/link-life.ts";
import type { AccountLinkTable, Queryable } from "../tables.ts";

export type LinkRow = Selectable<AccountLinkTable>;

export async function insertLink(db: Queryable, link: Omit<Insertable<AccountLinkTable>, "id" | "used_at" | "outcome">): Promise<void> {
  await db
    .insertInto("account_link")
    .values({ ...link, used_at: null })
    .execute();
}

/** The link of one of these kinds whose secret has one of these hashes, whether it still works or not. */
export async function findLink(db: Queryable, hashes: readonly string[], kinds: readonly LinkKind[]): Promise<LinkRow | undefined> {
  return db.selectFrom("account_link").selectAll().where("secret_hash", "in", hashes).where("kind", "in", kinds).executeTakeFirst();
}

/** Claims a link; false when somebody else was first. */
export async function useLink(db: Queryable, id: number, now: number, outcome: LinkOutcome): Promise<boolean> {
  const open = db.updateTable("account_link").set({ used_at: now, outcome }).where("id", "=", id).where("used_at", "is", null);
  return (await open.returning("id").executeTakeFirst()) !== undefined;
}

/** Makes all unused links of these kinds worthless. */
export async function killLinks(db: Queryable, accountId: number, kinds: readonly LinkKind[], now: number): Promise<void> {
  await db
    .updateTable("account_link")
    .set({ used_at: now })
    .where("account_id", "=", accountId)
    .where("kind", "in", kinds)
    .where("used_at", "is", null)
    .execute();
}

/** The link to the address that waits for its confirmation, if any. */
export async function findPendingChange(db: Queryable, accountId: number, now: number): Promise<LinkRow | undefined> {
  return db
    .selectFrom("account_link")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("kind", "=", "change-address")
    .where("used_at", "is", null)
    .where("expires_at", ">", now)
    .orderBy("id", "desc")
    .executeTakeFirst();
}

/** The address that waits for its confirmation, if any. */
export async function findPendingAddress(db: Queryable, accountId: number, now: number): Promise<string | undefined> {
  return (await findPendingChange(db, accountId, now))?.email;
}

/** All links of an account to new addresses that are still known, the oldest first. */
export async function addressChangesOf(db: Queryable, accountId: number): Promise<LinkRow[]> {
  return db.selectFrom("account_link").selectAll().where("account_id", "=", accountId).where("kind", "=", "change-address").orderBy("id").execute();
}

/** A link of this account to a new address. */
export async function findAddressChange(db: Queryable, accountId: number, id: number): Promise<LinkRow | undefined> {
  const link = db.selectFrom("account_link").selectAll().where("id", "=", id);
  return link.where("account_id", "=", accountId).where("kind", "=", "change-address").executeTakeFirst();
}

/** Deletes up to `atMost` links that expired at `before` (ms) or earlier; gives their number. */
export async function deleteOldLinks(db: Queryable, before: number, atMost: number): Promise<number> {
  const old = db.selectFrom("account_link").select("id").where("expires_at", "<=", before).limit(atMost);
  const gone = await db.deleteFrom("account_link").where("id", "in", old).where("expires_at", "<=", before).executeTakeFirst();
  return Number(gone.numDeletedRows);
}
