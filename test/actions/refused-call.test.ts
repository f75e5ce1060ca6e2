import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CallKnown, findKnownCall, onceOnly, type WritingCall } from "../../src/actions/once-only.ts";
import { refuse } from "../../src/domain/refusal.ts";
import { saveSetting } from "../../src/storage/queries/settings.ts";
import type { Transaction } from "../../src/storage/store.ts";
import { refusal } from "../support/cast.ts";
import { createHousehold, type Household } from "../support/household.ts";

let house: Household;
let call: WritingCall;

beforeEach(async () => {
  house = await createHousehold();
  const { account } = await house.join("alice");
  const signature = { text: "a signature", until: house.clock.now() + 60_000 };
  call = { account: account.id, signature, key: "one", method: "POST", path: "/it", body: new Uint8Array(), answer: (done) => done };
});
afterEach(() => house.close());

const once = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => onceOnly(house.context, call).store.write(work);
const settings = () => house.store.read.selectFrom("setting").selectAll().where("key", "like", "test-%").execute();

test("a refused call leaves nothing but its signature, without anything that is done afterwards", async () => {
  const refused = once(async (tx) => {
    await saveSetting(tx.db, "test-1", "written before it was refused");
    refuse({ code: "nothing-to-change" });
  });
  assert.equal((await refusal(refused)).code, "nothing-to-change");
  assert.deepEqual(await settings(), []);
  assert.equal(await findKnownCall(house.context, call), "replayed");
  const { signature: _, ...anew } = call;
  assert.equal(await findKnownCall(house.context, anew), undefined, "the key is free: the call may be made again when it can succeed");
});

test("what a refused call had still under way is not written", async () => {
  const behind = Promise.withResolvers<unknown>();
  const refused = once(async (tx) => {
    await saveSetting(tx.db, "test-1", "before");
    const others = sleep(5).then(() => saveSetting(tx.db, "test-2", "behind"));
    others.then(behind.resolve, behind.resolve);
    refuse({ code: "nothing-to-change" });
  });
  await refusal(refused);
  assert.match(String(await behind.promise), /over/);
  assert.deepEqual(await settings(), []);
});

test("of a signature that was used before nothing is carried out, whatever becomes of the work that goes with it", async () => {
  const again = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => onceOnly(house.context, { ...call, key: undefined }).store.write(work);
  const write = (tx: Transaction): Promise<void> => saveSetting(tx.db, "test-1", "written");
  await again((tx) => saveSetting(tx.db, "kept", "by the first"));
  const works: ((tx: Transaction) => Promise<unknown>)[] = [
    write,
    async (tx) => tx.alongCommit(write(tx)),
    async (tx) => write(tx).catch(() => "all the same"),
    async () => "nothing was asked",
    async (tx) => tx.db.insertInto("setting").values({ key: "kept", value: "" }).execute(),
    async () => refuse({ code: "nothing-to-change" }),
    async (tx) => {
      await write(tx).catch(() => {});
      refuse({ code: "nothing-to-change" });
    },
  ];
  for (const work of works) await assert.rejects(again(work), CallKnown);
  assert.deepEqual(await settings(), []);
});

test("what fails otherwise leaves the signature free", async () => {
  await assert.rejects(
    once(async () => Promise.reject(new Error("a fault"))),
    /a fault/,
  );
  assert.equal(await findKnownCall(house.context, call), undefined);
  assert.equal(await once(async (tx) => (await saveSetting(tx.db, "test-1", "done"), "done")), "done");
  assert.deepEqual(await findKnownCall(house.context, call), { answer: "done" });
  assert.equal((await settings()).length, 1);
});
