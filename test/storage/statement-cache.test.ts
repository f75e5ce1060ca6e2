import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { mock, test } from "node:test";
import { StatementCache } from "../../src/storage/statement-cache.ts";

function cacheOf(size: number) {
  const db = new DatabaseSync(":memory:");
  db.exec("create table t (id integer primary key, a text)");
  const prepare = mock.method(db, "prepare");
  return { cache: new StatementCache(db, size), prepared: () => prepare.mock.callCount(), close: () => db.close() };
}

test("a statement is prepared once", () => {
  const { cache, prepared, close } = cacheOf(10);
  for (const value of ["x", "y"]) cache.run("insert into t (a) values (?)", [value]);
  assert.deepEqual(cache.run("select a from t order by id", []).rows, [{ a: "x" }, { a: "y" }]);
  assert.equal(prepared(), 2);
  close();
});

test("no more statements are kept than fit, and those in use stay", () => {
  const { cache, prepared, close } = cacheOf(3);
  for (let n = 0; n < 20; n++) {
    cache.run("select 'often'", []);
    cache.run(`select ${n}`, []);
  }
  assert.equal(cache.length, 3);
  assert.equal(prepared(), 21);
  close();
});

test("a statement with `returning` gives rows, one without says what it changed", () => {
  const { cache, close } = cacheOf(3);
  assert.deepEqual(cache.run("insert into t (a) values (?) returning *", ["x"]).rows, [{ id: 1, a: "x" }]);
  const { rows, changes, lastInsertRowid } = cache.run("insert into t (a) values ('y'), ('z')", []);
  assert.deepEqual({ rows, changes, lastInsertRowid }, { rows: [], changes: 2, lastInsertRowid: 3 });
  close();
});

test("a second statement in the same text is refused, not forgotten in silence", () => {
  const { cache, close } = cacheOf(3);
  assert.throws(() => cache.run("delete from t; delete from t", []), /more than one statement/);
  assert.deepEqual(cache.run("select 1 as one;\n", []).rows, [{ one: 1 }]);
  close();
});
