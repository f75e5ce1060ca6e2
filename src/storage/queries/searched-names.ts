import { sql } from "kysely";
import type { Store, Transaction } from "../store.ts";
import type { Queryable } from "../tables.ts";
import { lowerAscii } from "./membership-pages.ts";

/* The index of names (migrations/004): those of large accounts only, each under its parts of three signs, apart for each account. */

/** From how many services on reading through all names of an account takes long enough to be worth an index. */
const largeFrom = 2000;

/** Parts that are looked up for one text: more would not find fewer. */
const mostParts = 16;

/** Whether every name of the account is in the index. */
export async function isSearched(db: Queryable, account: number): Promise<boolean> {
  const row = await db.selectFrom("searched_account").select("reached").where("account_id", "=", account).executeTakeFirst();
  return row?.reached === null;
}

/**
 * At most `limit` services of a searched account whose names may contain one of the texts (each of three signs or more), in no certain
 * order. No name that does is left out; one that has all parts of a text, but not together, may come too.
 */
export async function findByParts(
  { engine, read }: Pick<Store, "engine" | "read">,
  account: number,
  texts: readonly string[],
  limit: number,
): Promise<number[]> {
  const { rows } = await (engine === "sqlite" ? partsOnSqlite : partsOnPostgres)(account, texts.map(partsOf), limit).execute(read);
  return rows.map((row) => row.id);
}

/** The same as a query, so that a test can look at its plan. */
export function partsOnSqlite(account: number, texts: readonly (readonly string[])[], limit: number) {
  const words = texts.map((parts) => `(${parts.map((part) => `"${part.replaceAll('"', '""')}"`).join(" AND ")})`).join(" OR ");
  return sql<{ id: number }>`select rowid & 4294967295 as id from searched_name
    where searched_name match ${words} and rowid between (${account} << 32) and ((${account} << 32) | 4294967295) limit ${limit}`;
}

export function partsOnPostgres(account: number, texts: readonly (readonly string[])[], limit: number) {
  const of = texts.map((parts) => sql`name_parts(account_id, name) collate "C" @> ${parts.map((part) => `${account} ${lowerAscii(part)}`)}::text[]`);
  return sql<{ id: number }>`select service_id as id from searched_name where ${sql.join(of, sql` or `)} limit ${limit}`;
}

/** The three signs from every place of a text, or from some places all over it. */
export function partsOf(text: string): string[] {
  const signs = [...text];
  const step = Math.ceil((signs.length - 2) / mostParts);
  const parts: string[] = [];
  for (let at = 0; at + 3 <= signs.length; at += step) parts.push(signs.slice(at, at + 3).join(""));
  return [...new Set(parts)];
}

/** Accounts that have grown so large that an index is worth while, and have none. */
export async function findUnsearched(db: Queryable): Promise<number[]> {
  return (await unsearchedQuery(db).execute()).map((row) => row.account_id);
}

export function unsearchedQuery(db: Queryable) {
  return db
    .selectFrom("membership_count")
    .leftJoin("searched_account", "searched_account.account_id", "membership_count.account_id")
    .where("membership_count.services", ">=", sql.lit(largeFrom))
    .where("searched_account.account_id", "is", null)
    .select("membership_count.account_id");
}

/**
 * From now on each membership of these accounts that comes or goes does so in the index too. On PostgreSQL the lock waits, a moment at most, until
 * all have ended who are writing memberships and could not know: what they write is read by `searchMore`.
 */
export async function beginSearched({ engine, db }: Transaction, accounts: readonly number[]): Promise<void> {
  if (engine === "postgres") {
    await sql`set local lock_timeout = '200ms'`.execute(db);
    await sql`lock table membership in share row exclusive mode`.execute(db);
  }
  const rows = accounts.map((account_id) => ({ account_id, reached: 0 }));
  await db
    .insertInto("searched_account")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Accounts whose first names are not all in the index yet. */
export async function findUnready(db: Queryable): Promise<number[]> {
  return (await unreadyQuery(db).execute()).map((row) => row.account_id);
}

export function unreadyQuery(db: Queryable) {
  return db.selectFrom("searched_account").select("account_id").where("reached", "is not", null).orderBy("account_id");
}

/** Puts the next names of an account into the index, at most `count`. Gives whether any are left. */
export async function searchMore(tx: Transaction, account: number, count: number): Promise<boolean> {
  const from = await lockReached(tx, account);
  if (from === null) return false;
  const next = tx.db.selectFrom("membership").where("account_id", "=", account).where("service_id", ">", from).orderBy("service_id").limit(count);
  const rows = await (tx.engine === "postgres" ? next.forKeyShare() : next).select(["service_id", "name"]).execute();
  for (const row of rows) await addName(tx, account, row.service_id, row.name);
  const reached = rows.length < count ? null : (rows.at(-1)?.service_id ?? null);
  await tx.db.updateTable("searched_account").set({ reached }).where("account_id", "=", account).execute();
  return reached !== null;
}

/** Null: there is nothing to do, or another node is doing it. */
async function lockReached({ engine, db }: Transaction, account: number): Promise<number | null> {
  const query = db.selectFrom("searched_account").select("reached").where("account_id", "=", account).where("reached", "is not", null);
  const row = await (engine === "postgres" ? query.forUpdate().skipLocked() : query).executeTakeFirst();
  return row?.reached ?? null;
}

async function addName({ engine, db }: Transaction, account: number, service: number, name: string): Promise<void> {
  if (engine === "sqlite") await sql`insert or replace into searched_name (rowid, name) values ((${account} << 32) | ${service}, ${name})`.execute(db);
  else await sql`insert into searched_name values (${account}, ${service}, ${name}) on conflict do nothing`.execute(db);
}
