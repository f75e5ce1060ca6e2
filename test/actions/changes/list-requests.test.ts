import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { acceptChange } from "../../../src/actions/changes/accept-change.ts";
import { cancelChange } from "../../../src/actions/changes/cancel-change.ts";
import { collectRequestIds, collectRequests, listRequests, whatWaits } from "../../../src/actions/changes/list-requests.ts";
import type { RequestFilter } from "../../../src/actions/changes/request-pages.ts";
import { insertRequest } from "../../../src/storage/queries/requests.ts";
import { createStage, type Name, type Stage } from "../../support/cast.ts";
import { days } from "../../support/clock.ts";
import { eachStore } from "../../support/each-store.ts";

eachStore("the list of requests", (openStore) => {
  let stage: Stage;
  const made: number[] = [];
  const list = (name: Name, filter: RequestFilter = {}) => listRequests(stage.context, stage.who[name], filter);
  const ids = async (name: Name, filter: RequestFilter = {}) => (await list(name, filter)).rows.map((row) => row.id);

  before(async () => {
    stage = await createStage({}, openStore);
    for (let i = 0; i < 12; i++) {
      const service = await stage.addService(`list-${i}.example`, { tech: "bob" });
      made.push(...(await stage.ask(i % 3 === 0 ? "bob" : "alice", { tech: "dave" }, service)));
    }
  });
  after(() => stage.close());

  test("newest first, and each page by keyset, forwards and backwards, gives every request once", async () => {
    const newest = [...made].reverse();
    assert.deepEqual(await ids("alice"), newest);
    for (const limit of [1, 5, 7, 12, 13]) {
      const pages: number[][] = [];
      let page = await list("alice", { limit });
      pages.push(page.rows.map((row) => row.id));
      assert.equal(page.previous, undefined);
      while (page.next !== undefined) {
        page = await list("alice", { limit, after: page.next });
        pages.push(page.rows.map((row) => row.id));
      }
      assert.deepEqual(pages.flat(), newest, `pages of ${limit}`);
      for (const expected of pages.slice(0, -1).reverse()) {
        page = await list("alice", { limit, before: page.previous ?? 0 });
        assert.deepEqual(
          page.rows.map((row) => row.id),
          expected,
        );
      }
    }
  });

  test("everybody sees those in which he is concerned, and nobody else's", async () => {
    assert.equal((await ids("dave")).length, 12);
    assert.equal((await ids("bob")).length, 12);
    assert.deepEqual(await ids("carol"), []);
    assert.deepEqual(await ids("mallory"), []);
  });

  test("filters: state, sent and received, those that await me", async () => {
    const [first, second] = made as [number, number];
    await acceptChange(stage.context, stage.who.dave, { id: first, code: await stage.codeOf("dave", first) });
    await cancelChange(stage.context, stage.who.alice, { id: second });
    assert.deepEqual((await ids("dave", { awaitingMe: true })).length, 10);
    assert.equal((await list("dave")).waiting, 10);
    assert.deepEqual(await ids("dave", { state: "aborted" }), [second]);
    assert.deepEqual(await ids("dave", { state: "closed" }), [second]);
    assert.equal((await ids("dave", { state: "open" })).length, 11);
    assert.equal((await ids("alice", { direction: "sent" })).length, 8);
    assert.equal((await ids("alice", { direction: "received" })).length, 4);
    assert.deepEqual((await ids("bob", { direction: "sent" })).length, 4);
    assert.equal((await whatWaits(stage.context, stage.who.dave)).firstExpiry, stage.clock.now() + days(7));
  });

  test("one whose time has passed counts as expired at once, though no timer has run", async () => {
    stage.clock.advance(days(7));
    assert.equal((await ids("dave", { state: "expired" })).length, 11);
    assert.deepEqual(await ids("dave", { state: "open" }), []);
    assert.deepEqual(await ids("dave", { state: "validatingByCustomers" }), []);
    assert.equal((await list("dave")).waiting, 0);
  });

  test("a program gets as many as it wants, or all of them, each once", async () => {
    const ids: number[] = [];
    await stage.store.write(async (tx) => {
      const [asker, to] = [stage.who.alice.id, stage.who.erin.id];
      const times = { asked_at: 1, expires_at: 2, remind_at: null };
      const request = {
        service_id: stage.serviceId,
        asker_id: asker,
        from_id: asker,
        to_id: to,
        roles: ["tech" as const],
        asked_as: "admin" as const,
        ...times,
      };
      for (let n = 0; n < 1005; n++) ids.unshift(await insertRequest(tx, request, undefined));
      await tx.db
        .insertInto("request_party")
        .values(ids.map((id) => ({ account_id: to, request_id: id, lasting: 1 })))
        .execute();
    });
    const collected = async (filter: RequestFilter) => {
      const { rows, next } = await collectRequests(stage.context, stage.who.erin, filter);
      return { ids: rows.map((row) => row.id), next };
    };
    assert.deepEqual(await collected({}), { ids, next: undefined });
    for (const limit of [7, 500, 1000]) assert.deepEqual(await collected({ limit }), { ids: ids.slice(0, limit), next: ids[limit - 1] });
    assert.deepEqual(await collected({ limit: 1005 }), { ids, next: undefined });
    assert.deepEqual(await collected({ after: ids[999] ?? 0 }), { ids: ids.slice(1000), next: undefined });
    assert.deepEqual(await collectRequestIds(stage.context, stage.who.erin, { limit: 3 }), { rows: ids.slice(0, 3), next: ids[2] });
  });

  test("a page costs the same number of statements, however many requests it shows", async () => {
    const count = async (limit: number) => {
      let statements = 0;
      const context = {
        ...stage.context,
        store: {
          ...stage.store,
          read: stage.store.read.withPlugin({ transformQuery: (args) => (statements++, args.node), transformResult: async (args) => args.result }),
        },
      };
      await listRequests(context, stage.who.alice, { limit });
      return statements;
    };
    assert.equal(await count(1), await count(12));
  });
});
