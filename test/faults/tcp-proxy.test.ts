import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { type Cut, startTcpProxy, type TcpProxy } from "../../faults/support/tcp-proxy.ts";
import { createDatabase } from "../support/postgres-databases.ts";

/** A database with an empty table, straight and by a proxy. */
async function byProxy(work: (proxy: TcpProxy, open: () => Promise<Client>, straight: Client) => Promise<void>): Promise<void> {
  const { url, drop } = await createDatabase("empty");
  const proxy = await startTcpProxy(Number(new URL(url).port), Math.random);
  const straight = new Client(url);
  await straight.connect();
  try {
    await straight.query("create table note (text text)");
    await work(proxy, () => connect(Object.assign(new URL(url), { port: String(proxy.port) }).href), straight);
  } finally {
    await straight.end();
    await proxy.close();
    await drop();
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client(url);
  client.on("error", () => {});
  await client.connect();
  return client;
}

async function notes(client: Client): Promise<unknown[]> {
  return (await client.query<{ text: string }>("select text from note")).rows;
}

const kept: Partial<Record<Cut, number>> = { "before-commit": 0, "after-commit": 1 };

for (const [where, count] of Object.entries(kept) as [Cut, number][])
  test(`a connection that is cut ${where} leaves ${count === 0 ? "nothing" : "what was written"}, and no answer`, () =>
    byProxy(async (proxy, open, straight) => {
      const client = await open();
      await client.query("begin");
      await client.query("insert into note values ($1)", ["a"]);
      const broken = proxy.cutNext(where);
      await assert.rejects(client.query("commit"), /terminated|ECONNRESET/);
      await broken;
      // Its backend goes first: what it had not committed is gone then.
      await straight.query("select pg_sleep(0.2)");
      assert.equal((await notes(straight)).length, count);
    }));

test("a query that is cut is not one that commits", () =>
  byProxy(async (proxy, open) => {
    const client = await open();
    const broken = proxy.cutNext("in-query");
    await assert.rejects(client.query("insert into note values ('a')"));
    await broken;
  }));

test("connections that are swallowed hear nothing more, and new ones are not concerned", () =>
  byProxy(async (proxy, open) => {
    const [old, idle] = [await open(), await open()];
    proxy.swallow();
    const answer = old.query("select 1").then(
      () => "answered",
      () => "ended",
    );
    assert.equal(await Promise.race([answer, sleep(300, "nothing")]), "nothing");
    const fresh = await open();
    assert.deepEqual(await notes(fresh), []);
    await fresh.end();
    proxy.reset();
    assert.equal(await answer, "ended");
    await assert.rejects(idle.query("select 1"));
  }));

test("what is delayed comes later and in order", () =>
  byProxy(async (proxy, open) => {
    const client = await open();
    proxy.delay({ least: 50, most: 60 });
    const began = performance.now();
    await client.query("insert into note values ('a')");
    assert.ok(performance.now() - began >= 100, "once on each way");
    proxy.delay(undefined);
    assert.equal((await notes(client)).length, 1);
    await client.end();
  }));
