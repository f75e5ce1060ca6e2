import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { closeAccount } from "../../src/actions/accounts/close-account.ts";
import { confirmAddress } from "../../src/actions/accounts/confirm-address.ts";
import { acceptChange } from "../../src/actions/changes/accept-change.ts";
import { cancelChange } from "../../src/actions/changes/cancel-change.ts";
import { expireChanges } from "../../src/actions/changes/expire-changes.ts";
import { refuseChange } from "../../src/actions/changes/refuse-change.ts";
import { remindApprovers } from "../../src/actions/changes/remind-approvers.ts";
import { requestChange } from "../../src/actions/changes/request-change.ts";
import { CallKnown, onceOnly, type WritingCall } from "../../src/actions/once-only.ts";
import { sendRenewalNotices } from "../../src/actions/renewals/send-renewal-notices.ts";
import { orderService } from "../../src/actions/services/order-service.ts";
import { removeService } from "../../src/actions/services/remove-service.ts";
import type { Context, OperatorActor } from "../../src/context.ts";
import type { Role } from "../../src/domain/role.ts";
import type { Transport } from "../../src/mail/transport.ts";
import { startOutbox } from "../../src/outbox/worker.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { createStage, type Name, type Stage } from "../support/cast.ts";
import { days, minutes } from "../support/clock.ts";
import { openBeside, usualStore } from "../support/each-store.ts";
import { createHousehold } from "../support/household.ts";

/*
 * Two nodes on one database: what both do at once is done once, or one of them is told why not. Each race is run many times, with other moments
 * each time.
 */
const times = 50;

const shop: OperatorActor = { kind: "operator", source: "test" };

/** A stage with a second node on its database. */
type Nodes = Stage & { other: Context };

async function onTwoNodes(race: (stage: Nodes) => Promise<void>): Promise<void> {
  const stage = await createStage({}, usualStore);
  const file = join(stage.settings.dataFolder, "handover.db");
  const store = (await openBeside(stage.store, stage.clock.now)) ?? (await openSqlite({ file, clock: stage.clock.now }));
  try {
    await race({ ...stage, other: { ...stage.context, store } });
  } finally {
    await store.close();
    await stage.close();
  }
}

/** Both at once, or nearly; gives how many succeeded. What fails otherwise than by a refusal fails the test. */
async function atOnce(...deeds: (() => Promise<unknown>)[]): Promise<number> {
  const ends = await Promise.allSettled(deeds.map((deed) => soon().then(deed)));
  for (const end of ends) if (end.status === "rejected" && !(end.reason instanceof Error && end.reason.name === "Refusal")) throw end.reason;
  return ends.filter((end) => end.status === "fulfilled").length;
}

const soon = (): Promise<unknown> => (Math.random() < 0.3 ? Promise.resolve() : sleep(Math.random() * 4));

/** A service with an open request for its tech role, by alice for dave, and both codes. */
async function asked(stage: Nodes, i: number): Promise<{ service: number; id: number; hers: string; his: string }> {
  const service = await stage.addService(`race-${i}.example`, { tech: "bob", billing: "carol" });
  await stage.store.write((tx) => tx.db.deleteFrom("rate_limit").execute());
  const [id] = (await stage.ask("alice", { tech: "dave" }, service)) as [number];
  return { service, id, hers: await stage.codeOf("alice", id), his: await stage.codeOf("dave", id) };
}

async function stateOf(stage: Nodes, id: number): Promise<string> {
  return (await stage.store.read.selectFrom("change_request").select("state").where("id", "=", id).executeTakeFirstOrThrow()).state;
}

async function lettersOf(stage: Nodes, id: number, letter: string): Promise<number> {
  const rows = await stage.store.read.selectFrom("outbox").select("id").where("request_id", "=", id).where("letter", "=", letter).execute();
  return rows.length;
}

test("both approvers at once: the role moves, once, and everybody hears of it once", () =>
  onTwoNodes(async (stage) => {
    for (let i = 0; i < times; i++) {
      const { service, id, hers, his } = await asked(stage, i);
      const mine = (): Promise<unknown> => acceptChange(stage.context, stage.who.alice, { id, code: hers });
      const done = await atOnce(mine, () => acceptChange(stage.other, stage.who.dave, { id, code: his }));
      assert.equal(done, 2);
      assert.equal((await stage.contacts(service)).tech, "dave");
      assert.equal(await lettersOf(stage, id, "change-done"), 3);
      const moves = await stage.store.read.selectFrom("contact_move").select("id").where("request_id", "=", id).execute();
      assert.equal(moves.length, 1);
    }
  }));

test("one code on two nodes: it is spent once", () =>
  onTwoNodes(async (stage) => {
    for (let i = 0; i < times; i++) {
      const { id, his } = await asked(stage, i);
      const nodes = [stage.context, stage.other, stage.context, stage.other];
      assert.equal(await atOnce(...nodes.map((node) => () => acceptChange(node, stage.who.dave, { id, code: his }))), 1);
    }
  }));

const rivals: Record<string, (stage: Nodes, id: number, code: string) => Promise<unknown>> = {
  refuse: (stage, id, code) => refuseChange(stage.other, stage.who.dave, { id, code }),
  cancel: (stage, id) => cancelChange(stage.other, stage.who.alice, { id }),
  expire: async (stage) => {
    stage.clock.advance(days(7));
    await expireChanges(stage.other);
  },
};

for (const [name, rival] of Object.entries(rivals)) {
  test(`accept against ${name}: one way out`, () =>
    onTwoNodes(async (stage) => {
      for (let i = 0; i < times; i++) {
        const { service, id, hers, his } = await asked(stage, i);
        await acceptChange(stage.context, stage.who.alice, { id, code: hers });
        const ways = await atOnce(
          () => acceptChange(stage.context, stage.who.dave, { id, code: his }),
          () => rival(stage, id, his),
        );
        const state = await stateOf(stage, id);
        if (name !== "expire") assert.equal(ways, 1);
        assert.ok(["done", "refused", "aborted", "expired"].includes(state), state);
        assert.equal((await stage.contacts(service)).tech, state === "done" ? "dave" : "bob");
        const held = await stage.store.read.selectFrom("open_role").select("role").where("service_id", "=", service).execute();
        assert.deepEqual(held, []);
        const told = ["change-done", "change-refused", "change-cancelled", "change-expired"];
        const kinds = await Promise.all(told.map(async (letter) => (await lettersOf(stage, id, letter)) > 0));
        assert.equal(kinds.filter(Boolean).length, 1, "everybody hears the same");
      }
    }));
}

test("two requests for one role: one is made", () =>
  onTwoNodes(async (stage) => {
    for (let i = 0; i < times; i++) {
      const service = await stage.addService(`role-${i}.example`, { tech: "bob" });
      await stage.store.write((tx) => tx.db.deleteFrom("rate_limit").execute());
      const ask = (node: Context, who: Name, to: Name) => () =>
        requestChange(node, stage.who[who], { serviceId: service, contacts: { tech: stage.who[to].handle } });
      assert.equal(await atOnce(ask(stage.context, "alice", "dave"), ask(stage.other, "bob", "erin")), 1);
    }
  }));

test("the removal of a service against the last acceptance: the counts are exact", () =>
  onTwoNodes(async (stage) => {
    for (let i = 0; i < times; i++) {
      const { service, id, hers, his } = await asked(stage, i);
      await acceptChange(stage.context, stage.who.alice, { id, code: hers });
      await atOnce(
        () => acceptChange(stage.context, stage.who.dave, { id, code: his }),
        () => removeService(stage.other, shop, { product: "domain", name: `race-${i}.example` }),
      );
      assert.ok(["done", "error"].includes(await stateOf(stage, id)));
      const left = await stage.store.read.selectFrom("membership").select("account_id").where("service_id", "=", service).execute();
      assert.deepEqual(left, []);
    }
    await assertCounts(stage);
  }));

test("roles that cross between two accounts on many services: nobody waits for ever, the counts are exact", () =>
  onTwoNodes(async (stage) => {
    for (let i = 0; i < times / 5; i++) {
      const deeds = [];
      for (let one = 0; one < 6; one++) {
        const { id, hers, his } = await asked(stage, 10 * i + one);
        const node = one % 2 === 0 ? stage.context : stage.other;
        deeds.push(
          () => acceptChange(node, stage.who.alice, { id, code: hers }),
          () => acceptChange(stage.other, stage.who.dave, { id, code: his }),
        );
      }
      assert.equal(await atOnce(...deeds), deeds.length);
    }
    await assertCounts(stage);
  }));

async function assertCounts({ store }: Stage): Promise<void> {
  const rows = await store.read.selectFrom("membership").select("account_id").execute();
  const counted = await store.read.selectFrom("membership_count").selectAll().execute();
  for (const { account_id, services } of counted) assert.equal(services, rows.filter((row) => row.account_id === account_id).length);
}

test("the closing of an account against what gives it a role: no closed account holds one", () =>
  onTwoNodes(async (stage) => {
    for (let i = 0; i < times; i++) {
      await stage.alter("erin", { status: "active" });
      const { handle } = stage.who.erin;
      const order = { product: "domain", name: `order-${i}.example`, account: handle };
      const done = await atOnce(
        () => closeAccount(stage.context, shop, { handle }),
        () => orderService(stage.other, shop, order),
      );
      assert.equal(done, 1);
      const [held] = await stage.store.read
        .selectFrom("service")
        .select("id")
        .where("admin_id", "=", stage.who.erin.id)
        .where("removed_at", "is", null)
        .execute();
      if (held) await removeService(stage.context, shop, { product: "domain", name: order.name });
    }
  }));

test("the closing of an account against a request for it: the request ends with it, or is never made", () =>
  onTwoNodes(async (stage) => {
    for (let i = 0; i < times; i++) {
      await stage.alter("erin", { status: "active" });
      await stage.store.write((tx) => tx.db.deleteFrom("rate_limit").execute());
      const service = await stage.addService(`close-${i}.example`, { tech: "bob" });
      await atOnce(
        () => stage.ask("alice", { tech: "erin" }, service),
        () => closeAccount(stage.other, shop, { handle: stage.who.erin.handle }),
      );
      const open = await stage.store.read.selectFrom("open_role").select("role").where("service_id", "=", service).execute();
      assert.deepEqual(open, []);
    }
  }));

test("the chores of two nodes at the same minute: everybody gets each letter once", () =>
  onTwoNodes(async (stage) => {
    const ids = [];
    for (let i = 0; i < 20; i++) ids.push((await asked(stage, i)).id);
    await stage.addService("dated.example", { billing: "carol" }, { expiresOn: "2026-01-20" });
    for (const pause of [days(5), minutes(1), days(2)]) {
      stage.clock.advance(pause);
      await Promise.all([stage.context, stage.other].flatMap((node) => [expireChanges(node), remindApprovers(node), sendRenewalNotices(node)]));
    }
    for (const id of ids) {
      assert.equal(await lettersOf(stage, id, "change-reminder"), 2);
      assert.equal(await lettersOf(stage, id, "change-expired"), 2);
    }
    const noticed = await stage.store.read.selectFrom("outbox").select("letter").where("letter", "in", ["renewal-due", "service-expired"]).execute();
    assert.equal(noticed.length, new Set(noticed.map((row) => row.letter)).size);
  }));

test("the workers of two nodes: each letter leaves once", () =>
  onTwoNodes(async (stage) => {
    for (let i = 0; i < times; i++) await asked(stage, i);
    const sent: string[] = [];
    const transport: Transport = {
      deliver: async (message) => {
        await soon();
        sent.push(message.id);
        return { kind: "sent" };
      },
      close: () => {},
    };
    const workers = [startOutbox(stage.context, transport), startOutbox(stage.other, transport)];
    const waiting = () => stage.store.read.selectFrom("outbox").select("id").where("state", "!=", "sent").execute();
    while ((await waiting()).length > 0) await sleep(20);
    await Promise.all(workers.map((worker) => worker.stop()));
    assert.equal(sent.length, times * 2);
    assert.equal(new Set(sent).size, sent.length);
  }));

test("one Idempotency-Key on two nodes: done once, and both hear the same", () =>
  onTwoNodes(async (stage) => {
    for (let i = 0; i < times; i++) {
      const service = await stage.addService(`once-${i}.example`, { tech: "bob" });
      await stage.store.write((tx) => tx.db.deleteFrom("rate_limit").execute());
      const call: WritingCall = { account: stage.who.alice.id, key: `key-${i}`, method: "POST", path: "/", body: new Uint8Array(), answer: (done) => done };
      const wanted: { serviceId: number; contacts: Partial<Record<Role, string>> } = { serviceId: service, contacts: { tech: stage.who.dave.handle } };
      const ask = async (node: Context): Promise<unknown> => {
        await soon();
        try {
          const { ids } = await requestChange(onceOnly(node, call), stage.who.alice, wanted);
          return { answer: ids };
        } catch (error) {
          if (error instanceof CallKnown) return error.known;
          throw error;
        }
      };
      const [one, other] = await Promise.all([ask(stage.context), ask(stage.other)]);
      assert.deepEqual(one, other);
      const made = await stage.store.read.selectFrom("change_request").select("id").where("service_id", "=", service).execute();
      assert.deepEqual(one, { answer: made.map((row) => row.id) });
      assert.equal(made.length, 1);
    }
  }));

test("one link followed on two nodes: once, and the second hears that all is well", async () => {
  const house = await createHousehold({}, usualStore);
  const store =
    (await openBeside(house.store, house.clock.now)) ?? (await openSqlite({ file: join(house.settings.dataFolder, "handover.db"), clock: house.clock.now }));
  try {
    await house.join("erin");
    const code = await house.codeOf("signed-up");
    const follow = (node: Context) => () => confirmAddress(node, "192.0.2.9", { code });
    assert.equal(await atOnce(follow(house.context), follow({ ...house.context, store })), 1);
    assert.equal((await house.deeds()).filter((deed) => deed === "account.address-confirmed").length, 1);
  } finally {
    await store.close();
    await house.close();
  }
});
