import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { sql } from "kysely";
import { type Migration, migrations } from "../../src/storage/migrations/index.ts";
import { migrate, pendingMigrations } from "../../src/storage/migrator.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Two programs on one database. */
function withTwo(name: string, story: (one: Store, other: Store) => Promise<void>): void {
  void test(name, async () => {
    const { folder, remove } = await temporaryFolder();
    const open = () => openSqlite({ file: join(folder, "a.db"), clock: () => 42 });
    const [one, other] = [await open(), await open()];
    try {
      await story(one, other);
    } finally {
      await one.close();
      await other.close();
      await remove();
    }
  });
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
  assert.deepEqual((await sql`select name from sqlite_schema`.execute(store.read)).rows, []);
});

withTwo("two that migrate at once do not collide", async (one, other) => {
  const known = { "1": creates("a"), "2": creates("b"), "3": creates("c") };
  const ran = await Promise.all([migrate(one, known), migrate(other, known)]);
  assert.deepEqual(ran.flat().toSorted(), ["1", "2", "3"]);
});

withTwo("a migration that fails leaves nothing behind, and those before it stay", async (store) => {
  const broken: Migration = async (db) => {
    await creates("half")(db, "sqlite");
    throw new Error("broken");
  };
  await assert.rejects(migrate(store, { "1": creates("a"), "2": broken }), /broken/);
  assert.deepEqual(await pendingMigrations(store, { "1": creates("a"), "2": broken }), ["2"]);
  assert.deepEqual((await sql`select name from sqlite_schema where name in ('a', 'half')`.execute(store.read)).rows, [{ name: "a" }]);
});

withTwo("an older program refuses the database of a newer one", async (older, newer) => {
  await migrate(newer, { "1": creates("a"), "2": creates("b") });
  const known = { "1": creates("a") };
  await assert.rejects(migrate(older, known), /newer version.* 2$/);
  await assert.rejects(pendingMigrations(older, known), /newer version/);
});

withTwo("a reader that runs on while another program migrates gives new columns their names", async (one, other) => {
  await migrate(one, { "1": creates("a") });
  await one.write(async (tx) => sql`insert into a values ('x')`.execute(tx.db));
  const list = async () => (await sql`select * from a`.execute(one.read)).rows;
  assert.deepEqual(await list(), [{ a: "x" }]);
  await other.write(async (tx) => sql`alter table a add column b text default 'y'`.execute(tx.db));
  assert.deepEqual(await list(), [{ a: "x", b: "y" }]);
});
