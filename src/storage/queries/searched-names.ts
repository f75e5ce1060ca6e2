import { sql } from "kysely";
import { listOf } from "../among.ts";
import { prepare } from "../prepare.ts";
import type { Transaction } from "../store.ts";
import type { Queryable } from "../tables.ts";

/*
 * The index of names (migrations/004, 006): those of large accounts only, each under its parts of three signs, apart for each account. How it is read:
 * search-by-parts.ts.
 */

/** From how many services on reading through all names of an account takes long enough to be worth an index. */
const largeFrom = 2000;

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
  if (from === 0 && tx.engine === "sqlite") await writeSteps(tx.db, account);
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

/** Into so many steps SQLite's index divides the names of an account: by those that as many of its services have, taken at even distances of their ids. */
const stepCount = 256;

async function writeSteps(db: Queryable, account: number): Promise<void> {
  const own = sql`from membership where account_id = ${account}`;
  const parts = sql`json_each(${listOf(Array.from({ length: stepCount - 1 }, (_, at) => at + 1))})`;
  const ends = sql`select (select min(service_id) ${own}) as first, (select max(service_id) ${own}) as last`;
  const ids = sql`select first + (last - first) * value / ${stepCount} as id from (${ends}), ${parts}`;
  const names = sql`select (select name ${own} and service_id >= id order by service_id limit 1) as name from (${ids})`;
  const steps = sql`select '' as name union select name from (${names}) where name is not null order by name`;
  await sql`insert into searched_step (account_id, from_name) select ${account}, name from (${steps})`.execute(db);
}

/** In one statement; what has come meanwhile is there already. */
async function addNames({ engine, db }: Transaction, account: number, rows: readonly { service_id: number; name: string }[]): Promise<void> {
  const pairs = JSON.stringify(rows.map((row) => [row.service_id, row.name]));
  const step = sql`select id from searched_step where account_id = ${account} and from_name <= value ->> 1 order by from_name desc limit 1`;
  const onSqlite = sql`insert or replace into searched_part (rowid, name) select ((${step}) << 32) | (value ->> 0), value ->> 1 from json_each(${pairs}) order by 1`;
  const [ids, names] = [rows.map((row) => row.service_id), rows.map((row) => row.name)];
  const onPostgres = sql`insert into searched_name select ${account}::bigint, * from unnest(${ids}::bigint[], ${names}::text[]) on conflict do nothing`;
  await (engine === "sqlite" ? onSqlite : onPostgres).execute(db);
}
