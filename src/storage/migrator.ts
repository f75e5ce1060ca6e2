import { type Kysely, sql } from "kysely";
import { type Migration, migrations } from "./migrations/index.ts";
import { DatabaseNewer, type Store } from "./store.ts";
import type { Queryable } from "./tables.ts";

type Known = Readonly<Record<string, Migration>>;
type Bookkeeping = { migration: { name: string; at: number } };

/** Runs what has not run yet, each migration in a transaction of its own. Gives their names. Refuses a database of a newer version. */
export async function migrate(store: Pick<Store, "engine" | "write">, known: Known = migrations): Promise<string[]> {
  const ran: string[] = [];
  for (const name of Object.keys(known)) {
    if (await runOnce(store, known, name)) ran.push(name);
  }
  return ran;
}

/** Names of the migrations that `migrate` would run. Writes nothing; refuses a database of a newer version. */
export async function pendingMigrations(store: Pick<Store, "engine" | "read">, known: Known = migrations): Promise<string[]> {
  const done = (await isBegun(store)) ? await appliedNames(store.read, known) : new Set();
  return Object.keys(known).filter((name) => !done.has(name));
}

/** Looks again under the write lock: another process may have run it since. */
function runOnce(store: Pick<Store, "engine" | "write">, known: Known, name: string): Promise<boolean> {
  return store.write(async (tx) => {
    await sql`create table if not exists migration (name text primary key, at bigint not null)`.execute(tx.db);
    if ((await appliedNames(tx.db, known)).has(name)) return false;
    await known[name]?.(tx.db as unknown as Kysely<unknown>, store.engine);
    await tx.db
      .$extendTables<Bookkeeping>()
      .insertInto("migration")
      .values({ name, at: await tx.now() })
      .execute();
    return true;
  });
}

async function appliedNames(db: Queryable, known: Known): Promise<Set<string>> {
  const rows = await db.$extendTables<Bookkeeping>().selectFrom("migration").select("name").orderBy("name").execute();
  const unknown = rows.filter((row) => !Object.hasOwn(known, row.name)).map((row) => row.name);
  if (unknown.length > 0) throw new DatabaseNewer(unknown);
  return new Set(rows.map((row) => row.name));
}

async function isBegun({ engine, read }: Pick<Store, "engine" | "read">): Promise<boolean> {
  const found =
    engine === "sqlite"
      ? sql`select 1 from sqlite_schema where type = 'table' and name = 'migration'`
      : sql`select 1 where to_regclass('migration') is not null`;
  return (await found.execute(read)).rows.length > 0;
}
