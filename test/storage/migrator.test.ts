import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { type Migration, migrations } from "../../src/storage/migrations/index.ts";
import { migrate, pendingMigrations } from "../../src/storage/migrator.ts";
import type { Store } from "../../src/storage/store.ts";
import { withTwoStores } from "../support/two-stores.ts";

/** Two programs on one database. */
function withTwo(name: string, story: (one: Store, other: Store) => Promise<void>): void {
  void test(name, () => withTwoStores(story));
}

const creates =
  (table: string): Migration =>
  async (db) => {
    await sql`create table ${sql.table(table)} (a text)`.execute(db);
  };

test("migrations stand in the order of their numbers", () => {
  const names = Object.keys(migrations);
  assert.ok(names.length > 0);
  assert.deepEqual(names, names.toSorted());
});

withTwo("migrations run once, and what is pending is told before", async (store) => {
  const all = Object.keys(migrations);
  assert.deepEqual(await store.pendingMigrations(), all);
  assert.deepEqual(await store.migrate(), all);
  assert.deepEqual(await store.pendingMigrations(), []);
  assert.deepEqual(await store.migrate(), []);
});

withTwo("asking what is pending changes nothing", async (store) => {
  await store.pendingMigrations();
  assert.deepEqual(await tables(store), []);
});

withTwo("two that migrate at once do not collide", async (one, other) => {
  const ran = await Promise.all([one.migrate(), other.migrate()]);
  assert.deepEqual(ran.flat().toSorted(), Object.keys(migrations));
});

withTwo("a migration that fails leaves nothing behind, and those before it stay", async (store) => {
  const broken: Migration = async (db, engine) => {
    await creates("half")(db, engine);
    throw new Error("broken");
  };
  await store.migrate();
  const known = { ...migrations, "900": creates("a"), "901": broken };
  await assert.rejects(migrate(store, known), /broken/);
  assert.deepEqual(await pendingMigrations(store, known), ["901"]);
  const now = await tables(store);
  assert.ok(now.includes("a") && !now.includes("half"));
});

withTwo("an older program refuses the database of a newer one", async (older, newer) => {
  await newer.migrate();
  await migrate(newer, { ...migrations, "900": creates("a") });
  await assert.rejects(older.migrate(), /newer version.* \(900\)\. Run that version, or restore the backup/);
  await assert.rejects(older.pendingMigrations(), /newer version/);
});

withTwo("a reader that runs on while another program migrates gives new columns their names", async (one, other) => {
  await one.migrate();
  await migrate(one, { ...migrations, "900": creates("a") });
  await one.write(async (tx) => sql`insert into a values ('x')`.execute(tx.db));
  const list = async () => (await sql`select * from a`.execute(one.read)).rows;
  assert.deepEqual(await list(), [{ a: "x" }]);
  await other.write(async (tx) => sql`alter table a add column b text default 'y'`.execute(tx.db));
  assert.deepEqual(await list(), [{ a: "x", b: "y" }]);
});

async function tables({ engine, read }: Store): Promise<string[]> {
  const names =
    engine === "sqlite"
      ? sql<{ name: string }>`select name from sqlite_schema`
      : sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`;
  return (await names.execute(read)).rows.map((row) => row.name);
}
