import assert from "node:assert/strict";
import { test } from "node:test";
import { Follower, followDatabaseClock } from "../../src/storage/database-clock.ts";
import { createWorld } from "../support/world.ts";

/** Both clocks, and how long question and answer are under way (ms). */
function clocks() {
  const state = { monotonic: 5_000, database: Date.UTC(2026, 0, 15), there: 1, back: 1, answers: true };
  const pass = (ms: number): void => {
    state.monotonic += ms;
    state.database += ms;
  };
  const follower = new Follower(
    async () => {
      if (!state.answers) throw new Error("away");
      pass(state.there);
      const time = state.database;
      pass(state.back);
      return time;
    },
    () => state.monotonic,
  );
  return { state, pass, follower, wrong: () => follower.now() - state.database };
}

test("the time is the database's, wrong by half the way at most", async () => {
  const { state, follower, pass, wrong } = clocks();
  await follower.look();
  assert.equal(wrong(), 0);
  Object.assign(state, { there: 0, back: 2 });
  await follower.look();
  assert.ok(Math.abs(wrong()) <= 1);
  pass(3_600_000);
  assert.ok(Math.abs(wrong()) <= 1);
});

test("an answer that was long under way does not spoil what is known", async () => {
  const { state, follower, wrong } = clocks();
  await follower.look();
  Object.assign(state, { there: 0, back: 3_000 });
  await follower.look();
  assert.equal(wrong(), 0);
});

test("another primary's clock is followed, however long its answer takes", async () => {
  const { state, follower, wrong } = clocks();
  await follower.look();
  state.database += 600_000;
  Object.assign(state, { there: 500, back: 500 });
  await follower.look();
  assert.equal(wrong(), 0);
});

test("while the database is away the time goes on", async () => {
  const { state, follower, pass, wrong } = clocks();
  await follower.look();
  state.answers = false;
  await assert.rejects(follower.look());
  pass(60_000);
  assert.equal(wrong(), 0);
});

test("a machine's clock that is set does not change the time", async (t) => {
  const world = await createWorld();
  t.after(world.close);
  if (world.store.engine === "sqlite") return;
  const before = Date.now();
  const clock = await followDatabaseClock(world.store.read);
  try {
    t.mock.method(Date, "now", () => before - 3_600_000);
    assert.ok(Number.isInteger(clock.now()));
    assert.ok(Math.abs(clock.now() - before) < 60_000, "the server of the tests runs on this machine");
  } finally {
    clock.stop();
  }
});
