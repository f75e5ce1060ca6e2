import assert from "node:assert/strict";
import { test } from "node:test";
import { calmRounds } from "../../bench/calm-rounds.ts";

/** What counts of rounds that swing like this, one after another, and how many of them were looked at. */
async function countedOf(wanted: number, swings: readonly number[]): Promise<{ counted: number[]; again: number; taken: number }> {
  let taken = 0;
  const { counted, again } = await calmRounds(wanted, async () => {
    const swing = swings[taken++];
    return swing === undefined ? undefined : { swing };
  });
  return { counted: counted.map(({ swing }) => swing), again, taken };
}

test("three calm rounds count, and no more are run", async () => {
  assert.deepEqual(await countedOf(3, [0.1, 0.2, 0.05, 0.01]), { counted: [0.05, 0.1, 0.2], again: 0, taken: 3 });
});

test("a disturbed round is run again and does not count", async () => {
  assert.deepEqual(await countedOf(3, [0.1, 0.9, 0.05, 0.2, 0.01]), { counted: [0.05, 0.1, 0.2], again: 1, taken: 4 });
});

test("on a machine that never calms down the calmest of five rounds count", async () => {
  assert.deepEqual(await countedOf(3, [0.7, 0.3, 0.5, 0.4, 0.6, 0.1]), { counted: [0.3, 0.4, 0.5], again: 2, taken: 5 });
});

test("where there is nothing left to ask for, what was measured until then counts", async () => {
  assert.deepEqual(await countedOf(3, [0.7, 0.1]), { counted: [0.1, 0.7], again: 0, taken: 3 });
  assert.deepEqual(await countedOf(1, []), { counted: [], again: 0, taken: 1 });
});
