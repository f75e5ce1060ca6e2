import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Context } from "../../src/context.ts";
import { Health } from "../../src/health/health.ts";
import { type Store, StoreUnavailable } from "../../src/storage/store.ts";
import { createStage } from "../support/cast.ts";
import { minutes } from "../support/clock.ts";

const stage = await createStage();
after(() => stage.close());

async function readiness(health: Health): Promise<{ status: number; body: Record<string, unknown> }> {
  const told = await health.answer("/readyz");
  assert.ok(told);
  return { status: told.status, body: JSON.parse(told.body) as Record<string, unknown> };
}

function serving(context: Context = stage.context): Health {
  const health = new Health();
  health.serving(context);
  return health;
}

/** The same context, whose database counts how often it is looked at, and may do something else first. */
function counted(before: () => Promise<void> = async () => {}): { context: Context; looks: () => number } {
  let looks = 0;
  const pendingMigrations = async (): Promise<string[]> => {
    looks++;
    await before();
    return [];
  };
  return { context: { ...stage.context, store: { ...stage.store, pendingMigrations } }, looks: () => looks };
}

async function untilStatus(health: Health, wanted: number): Promise<void> {
  for (const until = performance.now() + 10_000; (await readiness(health)).status !== wanted; await sleep(20)) {
    assert.ok(performance.now() < until, `it never was ${wanted}`);
  }
}

const unreachable = (store: Store): Store => ({
  ...store,
  get read(): never {
    throw new StoreUnavailable("away");
  },
});

describe("/readyz", () => {
  test("is 503 until the system serves, and 200 then", async () => {
    const health = new Health();
    assert.deepEqual(await readiness(health), {
      status: 503,
      body: { ready: false, starting: true, draining: false, database: null, pendingMigrations: null, outboxLagSeconds: null },
    });
    health.serving(stage.context);
    assert.deepEqual(await readiness(health), {
      status: 200,
      body: { ready: true, starting: false, draining: false, database: "ok", pendingMigrations: 0, outboxLagSeconds: 0 },
    });
  });

  test("is 503 at once when the server drains, while /healthz stays 200", async () => {
    const health = serving();
    health.drain();
    assert.deepEqual((await readiness(health)).status, 503);
    assert.deepEqual(await health.answer("/healthz"), { status: 200, type: "text/plain; charset=utf-8", body: "ok\n" });
  });

  test("is 503 while migrations are pending", async () => {
    const health = serving({ ...stage.context, store: { ...stage.store, pendingMigrations: async () => ["003-later"] } });
    const { status, body } = await readiness(health);
    assert.deepEqual([status, body["pendingMigrations"]], [503, 1]);
  });

  test("tells how late the oldest letter is, which does not make a node unready", async () => {
    await stage.ask("alice", { admin: "dave" });
    stage.clock.advance(minutes(10));
    const { status, body } = await readiness(serving());
    assert.deepEqual([status, body["outboxLagSeconds"]], [200, 600]);
  });

  test("asks the database once for all who ask at once or soon after", async () => {
    const { context, looks } = counted();
    const health = serving(context);
    await Promise.all(Array.from({ length: 50 }, () => readiness(health)));
    await readiness(health);
    assert.equal(looks(), 1);
  });

  test("does not wait long for a database that hangs, and is 503", async () => {
    const { context } = counted(() => new Promise(() => {}));
    const began = performance.now();
    const { status, body } = await readiness(serving(context));
    assert.deepEqual([status, body["database"]], [503, "away"]);
    assert.ok(performance.now() - began >= 1_900);
  });

  test("asks a database that hangs not again before it has answered", async () => {
    const answer = Promise.withResolvers<void>();
    const { context, looks } = counted(() => answer.promise);
    const health = serving(context);
    assert.equal((await readiness(health)).body["database"], "away");
    assert.equal((await readiness(health)).status, 503);
    assert.equal(looks(), 1);
    answer.resolve();
    while ((await readiness(health)).status !== 200) await sleep(10);
    assert.equal(looks(), 2);
  });

  test("is 200 again after the database was away, though a newer node has brought it up to date meanwhile", async () => {
    const { close, ...own } = await createStage();
    try {
      let away = false;
      const store = () => (away ? unreachable(own.store) : own.store);
      const health = serving({
        ...own.context,
        get store() {
          return store();
        },
      });
      assert.equal((await readiness(health)).status, 200);
      await own.store.write((tx) => sql`insert into migration (name, at) values ('999-later', 1)`.execute(tx.db));
      away = true;
      await untilStatus(health, 503);
      away = false;
      await untilStatus(health, 200);
      assert.equal((await readiness(health)).body["pendingMigrations"], 0);
    } finally {
      await close();
    }
  });

  test("is 503 when the database fails, without its words", async () => {
    const { context } = counted(async () => {
      throw new Error("password authentication failed at 10.1.2.3");
    });
    const told = await serving(context).answer("/readyz");
    assert.equal(told?.status, 503);
    assert.doesNotMatch(told.body, /password|10\.1/);
  });
});

test("other paths are no probes", () => {
  for (const path of ["/", "/healthz/", "/readyz2", "/1.0/healthz"]) assert.equal(serving().answer(path), undefined);
});
