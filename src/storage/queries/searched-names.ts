import { sql } from "kysely";
import { lowerAscii } from "../lower-ascii.ts";
import { prepare } from "../prepare.ts";
import type { Store, Transaction } from "../store.ts";
import type { Queryable } from "../tables.ts";

/*
 * The index of names (migrations/004): those of large accounts only, each under its parts of three signs, apart for each account. Limits are sums as in
 * sqlite-compiler.ts.
 */

/** From how many services on reading through all names of an account takes long enough to be worth an index. */
const largeFrom = 2000;

/** Parts that are looked up for one text, and names by which is seen which of its parts are rare: those narrow it down, and cost least. */
const mostParts = 4;
const sampleSize = 64;

/** A part that stands in more than so many times as many names as the rarest takes longer to read than it saves look-ups. */
const narrowing = 8;

/** How many services an account has whose every name is in the index; 0: not all are, or there are none. */
export async function countSearched(db: Queryable, account: number): Promise<number> {
  const [row] = await searched(db, { account });
  return row?.services ?? 0;
}

const searched = prepare((db, { account }: { account: number }) =>
  db
    .selectFrom("searched_account")
    .innerJoin("membership_count", "membership_count.account_id", "searched_account.account_id")
    .select("membership_count.services")
    .where("searched_account.account_id", "=", account)
    .where("searched_account.reached", "is", null)
    .compile(),
);

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
  const names = (await sample(read, { account })).map((row) => lowerAscii(row.name));
  const parts = texts.map((text) => rarest(partsOf(lowerAscii(text)), names));
  const [found] = engine === "sqlite" ? await partsOnSqlite(read, account, parts, limit) : await partsOnPostgres(read, account, parts, limit);
  return JSON.parse(found?.ids ?? "[]") as number[];
}

const sample = prepare((db, { account }: { account: number }) =>
  db.selectFrom("membership").select("name").where("account_id", "=", account).limit(sql.lit(sampleSize)).compile(),
);

/* What is found comes as one value: a row for each would take longer than finding it. */
type Found = { ids: string | null };

function partsOnSqlite(db: Queryable, account: number, texts: readonly (readonly string[])[], limit: number): Promise<Found[]> {
  const words = texts.map((parts) => `(${parts.map((part) => `"${part.replaceAll('"', '""')}"`).join(" AND ")})`).join(" OR ");
  return byWords(db, { words, account, limit });
}

const byWords = prepare((db, { words, account, limit }: { words: string; account: number; limit: number }) => {
  const { first, last } = placesOf(account);
  const own = sql`select rowid & 4294967295 as id from searched_name where searched_name match ${words} and rowid between ${first} and ${last} limit ${limit} + 0`;
  return sql<Found>`select json_group_array(id) as ids from (${own}) as found`.compile(db);
});

/**
 * Where the names of an account stand in SQLite's index. Made by SQLite: a number that is given is no integer to it, and FTS5 narrows by integers only;
 * by others it would read through the names of all accounts.
 */
export function placesOf(account: number) {
  return { first: sql<number>`(${account} << 32)`, last: sql<number>`((${account} << 32) | 4294967295)` };
}

async function partsOnPostgres(db: Queryable, account: number, texts: readonly (readonly string[])[], limit: number): Promise<Found[]> {
  const of = texts.map((parts) => sql`name_parts(account_id, name) collate "C" @> ${parts.map((part) => `${account} ${part}`)}::text[]`);
  const own = sql`select service_id as id from searched_name where ${sql.join(of, sql` or `)} limit ${limit}`;
  return (await sql<Found>`select json_agg(id)::text as ids from (${own}) as found`.execute(db)).rows;
}

/** The three signs from every place of a text. */
function partsOf(text: string): string[] {
  const signs = [...text];
  return [...new Set(signs.slice(2).map((_, at) => signs.slice(at, at + 3).join("")))];
}

function rarest(parts: readonly string[], names: readonly string[]): string[] {
  const counted = parts.map((part) => ({ part, count: names.filter((name) => name.includes(part)).length }));
  const [rare = { count: 0 }] = counted.sort((one, other) => one.count - other.count);
  return counted
    .filter(({ count }) => count <= narrowing * (rare.count + 0.5))
    .slice(0, mostParts)
    .map(({ part }) => part);
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
  await addNames(tx, account, rows);
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

/** In one statement; what has come meanwhile is there already. */
async function addNames({ engine, db }: Transaction, account: number, rows: readonly { service_id: number; name: string }[]): Promise<void> {
  const pairs = JSON.stringify(rows.map((row) => [row.service_id, row.name]));
  const onSqlite = sql`insert or replace into searched_name (rowid, name) select (${account} << 32) | (value ->> 0), value ->> 1 from json_each(${pairs})`;
  const [ids, names] = [rows.map((row) => row.service_id), rows.map((row) => row.name)];
  const onPostgres = sql`insert into searched_name select ${account}::bigint, * from unnest(${ids}::bigint[], ${names}::text[]) on conflict do nothing`;
  await (engine === "sqlite" ? onSqlite : onPostgres).execute(db);
}
