import type { Insertable, Selectable, Updateable } from "kysely";
import { isAmongTexts, textsOf } from "../among.ts";
import { prepare } from "../prepare.ts";
import type { Transaction } from "../store.ts";
import type { AccountTable, Queryable } from "../tables.ts";

export type AccountRow = Selectable<AccountTable>;

const byId = prepare((db, { id }: { id: number }) => db.selectFrom("account").selectAll().where("id", "=", id).compile());

export async function findAccount(db: Queryable, id: number): Promise<AccountRow | undefined> {
  return (await byId(db, { id }))[0];
}

const byHandle = prepare((db, { handle }: { handle: string }) => db.selectFrom("account").selectAll().where("handle", "=", handle).compile());

/** `handle`: lower case. */
export async function findAccountByHandle(db: Queryable, handle: string): Promise<AccountRow | undefined> {
  return (await byHandle(db, { handle }))[0];
}

const byIds = prepare((db, { ids }: { ids: readonly number[] }) => db.selectFrom("account").selectAll().where("id", "in", ids).compile());

/** The accounts with these ids, by id. */
export async function findAccounts(db: Queryable, ids: Iterable<number>): Promise<Map<number, AccountRow>> {
  const wanted = [...new Set(ids)];
  return rowsById(wanted.length ? await byIds(db, { ids: wanted }) : []);
}

const rowsById = (rows: readonly AccountRow[]): Map<number, AccountRow> => new Map(rows.map((row) => [row.id, row]));

const holdingRoles = prepare((db, { serviceId }: { serviceId: number }) =>
  db
    .selectFrom("service")
    .innerJoin("account", (join) => join.on((row) => row("account.id", "in", [row.ref("admin_id"), row.ref("tech_id"), row.ref("billing_id")])))
    .selectAll("account")
    .where("service.id", "=", serviceId)
    .compile(),
);

/** The accounts that hold the roles of a service, by id. */
export async function findHolders(db: Queryable, serviceId: number): Promise<Map<number, AccountRow>> {
  return rowsById(await holdingRoles(db, { serviceId }));
}

/*
 * Locks of accounts come before those of services and, of several, in order of id: no two transactions wait for each other. On SQLite writers
 * take turns already.
 */

/**
 * Locks accounts until the transaction ends, and gives them as they are then. Alone, also where they are only to stay as they are: locks that are
 * shared can follow on each other for ever, so that who wants to change the row never has his turn.
 */
export async function lockAccounts({ engine, db }: Transaction, ids: Iterable<number>): Promise<Map<number, AccountRow>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const rows = db.selectFrom("account").selectAll().where("id", "in", wanted).orderBy("id");
  const locked = engine === "sqlite" ? rows : rows.forNoKeyUpdate();
  return new Map((await locked.execute()).map((row) => [row.id, row]));
}

/**
 * Keeps accounts from being changed until the transaction ends, and gives them as they are then, by id. Those who hold one of them meanwhile are
 * waited for. `handles`: lower case.
 */
export async function keepAccounts({ engine, db }: Transaction, ids: readonly number[], handles: readonly string[] = []): Promise<Map<number, AccountRow>> {
  // Neither list may be empty in SQL: nobody has these.
  const named = { ids: [...new Set(ids), -1], handles: [...new Set(handles), ""] };
  return rowsById(await (engine === "sqlite" ? readNamed(db, named) : keepNamed(db, named)));
}

type Named = { ids: readonly number[]; handles: readonly string[] };

const named = (db: Queryable, { ids, handles }: Named) =>
  db
    .selectFrom("account")
    .selectAll()
    .where((row) => row.or([row("id", "in", ids), row("handle", "in", handles)]));
const readNamed = prepare((db, given: Named) => named(db, given).compile());
const keepNamed = prepare((db, given: Named) => named(db, given).orderBy("id").forNoKeyUpdate().compile());

const readHandles = prepare((db, { handles }: { handles: string }) => withHandles(db, handles).compile());
const keepHandles = prepare((db, { handles }: { handles: string }) => withHandles(db, handles).orderBy("id").forNoKeyUpdate().compile());
const withHandles = (db: Queryable, handles: string) =>
  db
    .selectFrom("account")
    .selectAll()
    .where(isAmongTexts(db, "handle", handles));

/** As keepAccounts, for any number of handles: the accounts by handle. */
export async function keepAccountsByHandle({ engine, db }: Transaction, handles: Iterable<string>): Promise<Map<string, AccountRow>> {
  const list = { handles: textsOf(handles) };
  const rows = engine === "sqlite" ? await readHandles(db, list) : await keepHandles(db, list);
  return new Map(rows.map((row) => [row.handle, row]));
}

/** Adds an account; undefined where its handle has been given before, to whomever. */
export async function insertAccount(db: Queryable, account: Omit<Insertable<AccountTable>, "id">): Promise<AccountRow | undefined> {
  return db
    .insertInto("account")
    .values(account)
    .onConflict((conflict) => conflict.column("handle").doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** The account that may sign in by this address: the only one, suspended ones included, that has confirmed it (§10 of SPEC.md). `key`: lower case. */
export async function findAccountByVerifiedAddress(db: Queryable, key: string): Promise<AccountRow | undefined> {
  const [first, second] = await db
    .selectFrom("account")
    .selectAll()
    .where("email_key", "=", key)
    .where("email_verified_at", "is not", null)
    .where("status", "!=", "closed")
    .limit(2)
    .execute();
  return second ? undefined : first;
}

/** The active accounts with this address, confirmed or not, the oldest first. `key`: lower case. */
export async function findAccountsAtAddress(db: Queryable, key: string, atMost: number): Promise<AccountRow[]> {
  return db.selectFrom("account").selectAll().where("email_key", "=", key).where("status", "=", "active").orderBy("id").limit(atMost).execute();
}

/** Changes an account; gives it as it is then. */
export async function updateAccount(db: Queryable, id: number, change: Updateable<AccountTable>): Promise<AccountRow> {
  return db.updateTable("account").set(change).where("id", "=", id).returningAll().executeTakeFirstOrThrow();
}
