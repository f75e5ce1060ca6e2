import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal, refuse } from "../../src/domain/refusal.ts";
import type { Queryable } from "../../src/storage/tables.ts";
import { minutes } from "../support/clock.ts";
import { eachStore } from "../support/each-store.ts";
import { createWorld, type World } from "../support/world.ts";

const put = (db: Queryable, key: string) => db.insertInto("setting").values({ key, value: key }).execute();
const keys = async (db: Queryable) => (await db.selectFrom("setting").select("key").orderBy("key").execute()).map((row) => row.key);

eachStore("the store", (openStore) => {
  const inWorld = (name: string, story: (world: World) => Promise<void>) => {
    void test(name, async () => {
      const world = await createWorld({}, openStore);
      try {
        await story(world);
      } finally {
        await world.close();
      }
    });
  };

  inWorld("gives what the work returns, when it is readable by everybody", async ({ store }) => {
    const row = await store.write((tx) => tx.db.insertInto("setting").values({ key: "a", value: "1" }).returningAll().executeTakeFirstOrThrow());
    assert.deepEqual(row, { key: "a", value: "1" });
    assert.deepEqual(await store.read.selectFrom("setting").selectAll().execute(), [row]);
  });

  inWorld("writes what goes along with the commit, or nothing where that fails", async ({ store }) => {
    const written = await store.write(async (tx) => {
      await put(tx.db, "a");
      tx.alongCommit(put(tx.db, "b"));
      return "both";
    });
    assert.equal(written, "both");
    const failing = store.write(async (tx) => {
      await put(tx.db, "c");
      tx.alongCommit(Promise.all([put(tx.db, "d"), put(tx.db, "a"), put(tx.db, "e")]));
    });
    await assert.rejects(failing, /unique|duplicate/i);
    const neverAsked = store.write(async (tx) => {
      await put(tx.db, "f");
      tx.alongCommit(Promise.all([put(tx.db, "g"), Promise.reject(new Error("not to be asked for"))]));
    });
    await assert.rejects(neverAsked, /not to be asked for/);
    assert.deepEqual(await keys(store.read), ["a", "b"]);
  });

  inWorld("tells nobody of a success of which a part was asked for too late to go along", async ({ store }) => {
    const late = store.write(async (tx) => tx.alongCommit(put(tx.db, "a").then(() => put(tx.db, "b"))));
    await assert.rejects(late, /came after it/);
  });

  inWorld("claims by a conditional update that has one winner of many", async ({ store }) => {
    await store.write((tx) => put(tx.db, "claim"));
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        store.write((tx) =>
          tx.db
            .updateTable("setting")
            .set({ value: `${n}` })
            .where("value", "=", "claim")
            .returning("value")
            .executeTakeFirst(),
        ),
      ),
    );
    assert.equal(claims.filter((claim) => claim !== undefined).length, 1);
  });

  inWorld("rolls back what threw, and only that", async ({ store }) => {
    const writes = ["a", "b", "c", "d"].map((key) =>
      store.write(async (tx) => {
        await put(tx.db, key);
        if (key === "b" || key === "c") refuse({ code: "nothing-to-change" });
      }),
    );
    const ends = await Promise.allSettled(writes);
    assert.deepEqual(
      ends.map((end) => end.status),
      ["fulfilled", "rejected", "rejected", "fulfilled"],
    );
    assert.ok(ends[1]?.status === "rejected" && ends[1].reason instanceof Refusal);
    assert.deepEqual(await keys(store.read), ["a", "d"]);
  });

  inWorld("keeps all of a work that goes on after a statement that failed, or nothing and says so", async ({ store }) => {
    for (const [first, then] of [
      ["a", ["b"]],
      ["c", []],
    ] as const) {
      const work = store.write(async (tx) => {
        await put(tx.db, first);
        await assert.rejects(put(tx.db, first));
        for (const key of then) await put(tx.db, key);
      });
      const kept = await work.then(
        () => true,
        () => false,
      );
      const all = [first, ...then];
      assert.deepEqual(
        (await keys(store.read)).filter((key) => all.some((one) => one === key)),
        kept ? all : [],
      );
    }
  });

  inWorld("shows readers nothing that is not committed", async ({ store }) => {
    const seen = await store.write(async (tx) => {
      await put(tx.db, "a");
      return { inside: await keys(tx.db), outside: await keys(store.read) };
    });
    assert.deepEqual(seen, { inside: ["a"], outside: [] });
    assert.deepEqual(await keys(store.read), ["a"]);
  });

  inWorld("refuses writing through the reader", async ({ store }) => {
    const error: unknown = await put(store.read, "a").catch((thrown: unknown) => thrown);
    assert.ok(error instanceof Error);
    assert.match(`${error.message} ${String(error.cause)}`, /readonly|read-only/);
    assert.deepEqual(await keys(store.read), []);
  });

  inWorld("refuses transactions that are not its own", async ({ store }) => {
    await assert.rejects(
      store.read.transaction().execute(async () => {}),
      /use store\.write/,
    );
  });

  inWorld("refuses a transaction that is used after its work has settled", async ({ store }) => {
    const kept = await store.write(async (tx) => tx);
    await assert.rejects(put(kept.db, "late"), /the transaction is over/);
    assert.deepEqual(await keys(store.read), []);
  });

  inWorld("tells the time that decides by the world's clock", async ({ store, clock }) => {
    const before = await store.write((tx) => tx.now());
    clock.advance(minutes(3));
    assert.equal(await store.write((tx) => tx.now()), before + minutes(3));
  });

  inWorld("holds references: a row cannot belong to an account that does not exist", async ({ store }) => {
    await assert.rejects(
      store.write((tx) => tx.db.insertInto("membership_count").values({ account_id: 4711, services: 1 }).execute()),
      /foreign key/i,
    );
  });

  inWorld("streams a list as it was at its beginning, without holding up other readers", async ({ store }) => {
    await store.write((tx) => Promise.all(["a", "b", "c"].map((key) => put(tx.db, key))));
    const streamed: string[] = [];
    for await (const row of store.read.selectFrom("setting").select("key").orderBy("key").stream(2)) {
      if (streamed.length === 0) {
        await store.write((tx) => put(tx.db, "d"));
        assert.deepEqual(await keys(store.read), ["a", "b", "c", "d"]);
      }
      streamed.push(row.key);
    }
    assert.deepEqual(streamed, ["a", "b", "c"]);
  });

  inWorld("lets those finish who write when it closes, and refuses those who come later", async ({ store }) => {
    const early = store.write((tx) => put(tx.db, "early"));
    const closed = store.close();
    await assert.rejects(
      store.write((tx) => put(tx.db, "late")),
      /closed/,
    );
    await Promise.all([early, closed]);
  });
});
