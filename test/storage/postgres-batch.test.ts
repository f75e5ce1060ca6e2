import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { openPostgres } from "../../src/storage/postgres.ts";
import type { Store, Transaction } from "../../src/storage/store.ts";
import { countRoundTrips } from "../support/count-round-trips.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

let server: PostgresServer;
let store: Store;

before(async () => {
  server = await startPostgres();
  store = await openPostgres({ url: server.url("postgres"), connections: 1 });
  await store.migrate();
});
after(async () => {
  await store.close();
  await server.stop();
});

const insert = (tx: Transaction, key: string) => tx.db.insertInto("setting").values({ key, value: key }).returning("key").execute();
const keys = async () => (await store.read.selectFrom("setting").select("key").where("key", "like", "batch%").orderBy("key").execute()).map((row) => row.key);
const one = (tx: Transaction, number: number) => sql<{ n: number }>`select ${number}::int as n`.execute(tx.db);

test("what is asked at once is answered in order, in one round trip with BEGIN, also where one text comes twice", async () => {
  for (let time = 0; time < 5; time++) {
    const trips = await countRoundTrips(async () => {
      const answers = await store.write((tx) => Promise.all([one(tx, 1), sql`select`.execute(tx.db), one(tx, 2), one(tx, 3)]));
      assert.deepEqual(
        answers.map(({ rows }) => rows),
        [[{ n: 1 }], [{}], [{ n: 2 }], [{ n: 3 }]],
      );
    });
    if (time > 0) assert.equal(trips, 2);
  }
});

test("behind a statement that fails nothing is worked through, not even a COMMIT that the work goes on to", async () => {
  await store.write((tx) => insert(tx, "batch-taken"));
  const swallowed = store.write(async (tx) => {
    await Promise.allSettled([insert(tx, "batch-1"), insert(tx, "batch-taken"), insert(tx, "batch-2")]);
    await insert(tx, "batch-3").catch(() => {});
  });
  await assert.rejects(swallowed, /duplicate key/);
  assert.deepEqual(await keys(), ["batch-taken"]);
});

test("statements that nobody waited for are over before the ROLLBACK, and none comes behind it", async () => {
  let late: Promise<unknown> | undefined;
  const refused = store.write(async (tx) => {
    late = Promise.allSettled([insert(tx, "batch-late"), insert(tx, "batch-later").then(() => insert(tx, "batch-latest"))]);
    throw new Error("refused");
  });
  await assert.rejects(refused, /refused/);
  await late;
  assert.deepEqual(await keys(), ["batch-taken"]);
});

test("a table that gets a column meanwhile gives it, though the statement was described before", async () => {
  const read = () => store.read.selectFrom("setting").selectAll().where("key", "=", "batch-taken").executeTakeFirst();
  for (let time = 0; time < 5; time++) await read();
  await store.write((tx) => sql`alter table setting add column colour text default 'blue'`.execute(tx.db));
  assert.deepEqual(await read(), { key: "batch-taken", value: "batch-taken", colour: "blue" });
});

test("values of every kind arrive as they are", async () => {
  const { rows } = await store.write((tx) =>
    sql`select ${null}::text as nothing, ${"ä\u{1f600}'\\"}::text as words, ${2 ** 53 - 1}::bigint as large, ${["a", "b,c"]}::text[] as list, ${true}::boolean as flag`.execute(
      tx.db,
    ),
  );
  assert.deepEqual(rows, [{ nothing: null, words: "ä\u{1f600}'\\", large: 2 ** 53 - 1, list: ["a", "b,c"], flag: true }]);
});
