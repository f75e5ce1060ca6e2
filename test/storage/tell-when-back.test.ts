import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createLog } from "../../src/cli/create-log.ts";
import { type Store, StoreUnavailable } from "../../src/storage/store.ts";
import { tellWhenBack } from "../../src/storage/tell-when-back.ts";
import { createWorld } from "../support/world.ts";

/** A node whose database fails so often before it can be used; `asked`: how often it was. */
async function nodeFailing(times: number) {
  const world = await createWorld();
  const node = { told: [] as string[], asked: 0, close: world.close };
  const log = createLog("info", { write: (line) => void node.told.push((JSON.parse(line) as { msg: string }).msg) });
  const write: Store["write"] = (work) => {
    node.asked += 1;
    return node.asked <= times ? Promise.reject(new StoreUnavailable("away")) : world.store.write(work);
  };
  return Object.assign(node, { log, store: { write } });
}

test("that the database can be used again is told once, however many met its absence", async (t) => {
  const node = await nodeFailing(1);
  t.after(node.close);
  for (let n = 0; n < 5; n += 1) tellWhenBack(node);
  while (node.told.length === 0) await sleep(20);
  assert.deepEqual([node.told, node.asked], [["the database can be used again"], 2]);
});

test("nothing is told where only a row was held, or a moment was bad", async (t) => {
  const node = await nodeFailing(0);
  t.after(node.close);
  tellWhenBack(node);
  await sleep(100);
  assert.deepEqual([node.told, node.asked], [[], 1]);
});

test("a store that is closed meanwhile is asked no more", async () => {
  const node = await nodeFailing(1);
  tellWhenBack(node);
  await node.close();
  while (node.asked < 2) await sleep(20);
  await sleep(1200);
  assert.deepEqual([node.told, node.asked], [[], 2]);
});
