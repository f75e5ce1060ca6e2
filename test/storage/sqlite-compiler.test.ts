import assert from "node:assert/strict";
import { join } from "node:path";
import { constants } from "node:sqlite";
import { test } from "node:test";
import { kyselyOn } from "../../src/storage/kysely-on.ts";
import { prepare } from "../../src/storage/prepare.ts";
import { SqliteConnection } from "../../src/storage/sqlite-connection.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("a page of any size is read by a statement that SQLite plans once", async (t) => {
  const { folder, remove } = await temporaryFolder();
  t.after(remove);
  const connection = SqliteConnection.writer(join(folder, "some.db"));
  t.after(() => connection.close());
  connection.raw.exec("create table account (id integer primary key, handle text); insert into account (handle) values ('aa1-test'), ('bb2-test')");
  let planned = 0;
  // It is asked about every table and column when a statement is planned, and never when it runs.
  connection.raw.setAuthorizer(() => {
    planned += 1;
    return constants.SQLITE_OK;
  });
  const db = kyselyOn(connection, "sqlite");
  const page = prepare((on, { atMost }: { atMost: number }) => on.selectFrom("account").select("handle").orderBy("id").limit(atMost).compile());
  assert.deepEqual(await page(db, { atMost: 2 }), [{ handle: "aa1-test" }, { handle: "bb2-test" }]);
  const once = planned;
  assert.ok(once > 0);
  assert.deepEqual(await page(db, { atMost: 1 }), [{ handle: "aa1-test" }]);
  assert.deepEqual(await page(db, { atMost: 0 }), []);
  assert.equal(planned, once);
});
