import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { acceptChange } from "../../../src/actions/changes/accept-change.ts";
import { cancelChange } from "../../../src/actions/changes/cancel-change.ts";
import { listRequests, whatWaits } from "../../../src/actions/changes/list-requests.ts";
import type { RequestFilter } from "../../../src/actions/changes/request-pages.ts";
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
