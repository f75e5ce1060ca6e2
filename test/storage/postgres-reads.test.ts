import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { kyselyOn } from "../../src/storage/kysely-on.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import { PostgresPool } from "../../src/storage/postgres-pool.ts";
import { PostgresReads } from "../../src/storage/postgres-reads.ts";
import { type Store, StoreUnavailable } from "../../src/storage/store.ts";
import { countRoundTrips } from "../support/count-round-trips.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

let server: PostgresServer;
let store: Store;

before(async () => {
  server = await startPostgres();
  store = await openPostgres({ url: server.url("postgres"), connections: 2 });
  await store.migrate();
});
after(async () => {
  await store.close();
  await server.stop();
});

/** One whole number, unless it divides by zero. */
const divided = (by: number) => sql<{ n: number }>`select 12 / ${by}::int as n`.execute(store.read).then(({ rows }) => rows[0]?.n);

test("what is asked within one turn shares round trips, eight statements each, and everybody gets his own answer", async () => {
  const twelve = () => Promise.all(Array.from({ length: 12 }, (_, n) => divided(n + 1)));
  // Both connections are opened and set up.
  await twelve();
  const trips = await countRoundTrips(async () => assert.deepEqual(await twelve(), [12, 6, 4, 3, 2, 2, 1, 1, 1, 1, 1, 1]));
  assert.equal(trips, 2);
});

test("a read that fails harms no other, wherever it stands", async () => {
  const asked = [0, 1, 2, 0, 3, 0].map(divided);
  const settled = await Promise.allSettled(asked);
  assert.deepEqual(
    settled.map((one) => (one.status === "fulfilled" ? one.value : String(one.reason))),
    ["error: division by zero", 12, 6, "error: division by zero", 4, "error: division by zero"],
  );
});

test("each read of a round trip sees what was committed when its turn came", async () => {
  const count = () => sql<{ n: number }>`select count(*) as n from setting`.execute(store.read).then(({ rows }) => rows[0]?.n);
  const [first, , last] = [count(), sql`select pg_sleep(0.5)`.execute(store.read), count()];
  await sleep(100);
  await store.write((tx) => tx.db.insertInto("setting").values({ key: "read", value: "" }).execute());
  assert.deepEqual([await first, await last], [0, 1]);
});

test("reads whose connection is lost are asked once more together", async () => {
  const [own] = (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(store.read)).rows;
  const asked = [divided(3), sql`select pg_sleep(0.5)`.execute(store.read), divided(4)];
  await sleep(100);
  await store.write((tx) => sql`select pg_terminate_backend(${own?.pid ?? 0})`.execute(tx.db));
  const [three, , four] = await Promise.all(asked);
  assert.deepEqual([three, four], [4, 3]);
});

test("reads for which no connection is to be had hear of it together, and not one after another", async () => {
  let knocks = 0;
  const hangsUp = createServer((socket) => {
    knocks += 1;
    socket.destroy();
  });
  await once(hangsUp.listen(0, "127.0.0.1"), "listening");
  const { port } = hangsUp.address() as AddressInfo;
  const pool = new PostgresPool({ url: `postgres://nobody@127.0.0.1:${port}/x`, connections: 2, purpose: "read" });
  try {
    const db = kyselyOn(new PostgresReads(pool), "postgres");
    const asked = Array.from({ length: 8 }, () => assert.rejects(sql`select 1`.execute(db), StoreUnavailable));
    await Promise.all(asked);
    assert.equal(knocks, 1);
  } finally {
    await pool.close();
    hangsUp.close();
  }
});
