import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { openPostgres } from "../../src/storage/postgres.ts";
import { openSwitchboard } from "../support/api-caller.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

/** A server that waits for a standby, which does not exist: `miss` and `find` let it be missed and not be missed any more. */
async function withoutStandby(work: (server: PostgresServer, standby: { miss(): Promise<void>; find(): Promise<void> }) => Promise<void>): Promise<void> {
  const server = await startPostgres();
  const client = new Client(server.url("postgres"));
  await client.connect();
  const name = async (text: string): Promise<void> => {
    await client.query(`alter system set synchronous_standby_names = '${text}'`);
    await client.query("select pg_reload_conf()");
    // Each backend reads it before its next statement, once it has heard.
    await sleep(300);
  };
  try {
    await work(server, { miss: () => name("elsewhere"), find: () => name("") });
  } finally {
    await client.end();
    await server.stop();
  }
}

test("nothing is confirmed before the standby has it, not even when it takes longer than a statement may", () =>
  withoutStandby(async (server, standby) => {
    const store = await openPostgres({ url: server.url("postgres"), connections: 2 });
    await store.migrate();
    await standby.miss();
    let confirmed = false;
    const write = store.write((tx) => tx.db.insertInto("rate_limit").values({ key: "a", since: 1, used: 1 }).execute()).then(() => (confirmed = true));
    await sleep(13_000);
    assert.equal(confirmed, false);
    await standby.find();
    await write;
    assert.equal((await store.read.selectFrom("rate_limit").selectAll().execute()).length, 1);
    await store.close();
  }));

test("an answer that is given again is given once the standby has what it tells of", () =>
  withoutStandby(async (server, standby) => {
    const board = await openSwitchboard({}, async (_folder, clock) => {
      const store = await openPostgres({ url: server.url("postgres"), clock, connections: 2 });
      await store.migrate();
      return store;
    });
    const alice = await board.as("alice");
    const call = () => alice.put("/me", { name: "Alice" }, { "Idempotency-Key": "once" });
    assert.equal((await call()).status, 200);
    await standby.miss();
    let answered = false;
    const again = call().then((answer) => {
      answered = true;
      return answer;
    });
    await sleep(1000);
    assert.equal(answered, false);
    await standby.find();
    assert.equal((await again).status, 200);
    await board.close();
  }));
