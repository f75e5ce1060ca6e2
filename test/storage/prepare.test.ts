import assert from "node:assert/strict";
import { test } from "node:test";
import { prepare, prepareWrite } from "../../src/storage/prepare.ts";
import { createStage } from "../support/cast.ts";

const handlesOf = prepare((db, given: { status: "active" | "closed"; ids: readonly number[] }) =>
  db.selectFrom("account").select("handle").where("status", "=", given.status).where("id", "in", given.ids).orderBy("id").compile(),
);

const keep = prepare((db, given: { settings: readonly { key: string; value: string }[] }) => db.insertInto("setting").values(given.settings).compile());

test("a prepared query is compiled once for each length of its lists, and given its values each time", async () => {
  const stage = await createStage();
  const { alice, bob, carol } = stage.who;
  let compiled = 0;
  const counted = prepare((db, { ids }: { ids: readonly number[] }) => {
    compiled += 1;
    return db.selectFrom("account").select("id").where("id", "in", ids).orderBy("id").compile();
  });
  assert.deepEqual(await counted(stage.store.read, { ids: [alice.id] }), [{ id: alice.id }]);
  assert.deepEqual(await counted(stage.store.read, { ids: [bob.id] }), [{ id: bob.id }]);
  assert.deepEqual(await counted(stage.store.read, { ids: [carol.id, alice.id] }), [{ id: alice.id }, { id: carol.id }]);
  assert.equal(compiled, 2);
  assert.deepEqual(await handlesOf(stage.store.read, { status: "active", ids: [alice.id, bob.id] }), [{ handle: alice.handle }, { handle: bob.handle }]);
  assert.deepEqual(await handlesOf(stage.store.read, { ids: [alice.id, bob.id], status: "closed" }), []);
  await stage.close();
});

test("the columns of a prepared insert are found by their names, in whichever order they are given", async () => {
  const stage = await createStage();
  await stage.store.write((tx) => keep(tx.db, { settings: [{ key: "one", value: "1" }] }));
  await stage.store.write((tx) => keep(tx.db, { settings: [{ value: "2", key: "two" }] }));
  const found = await stage.store.read.selectFrom("setting").selectAll().where("key", "in", ["one", "two"]).orderBy("key").execute();
  assert.deepEqual(found, [
    { key: "one", value: "1" },
    { key: "two", value: "2" },
  ]);
  await stage.close();
});

const keepNew = prepareWrite((db, { key }: { key: string }) =>
  db
    .insertInto("setting")
    .values({ key, value: "1" })
    .onConflict((conflict) => conflict.doNothing())
    .compile(),
);
const giveValue = prepareWrite((db, { keys }: { keys: readonly string[] }) => db.updateTable("setting").set({ value: "2" }).where("key", "in", keys).compile());

test("a prepared statement that gives no rows tells how many it has changed", async () => {
  const stage = await createStage();
  const changed = await stage.store.write(async ({ db }) => {
    const found = [await keepNew(db, { key: "one" }), await keepNew(db, { key: "one" }), await keepNew(db, { key: "two" })];
    found.push(await giveValue(db, { keys: ["one", "two", "three"] }), await giveValue(db, { keys: ["three"] }));
    return found.map((one) => one.changed);
  });
  assert.deepEqual(changed, [1, 0, 1, 2, 0]);
  await stage.close();
});
