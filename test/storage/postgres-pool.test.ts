import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { sql } from "kysely";
import { Client } from "pg";
import { openPostgres } from "../../src/storage/postgres.ts";
import { type Store, StoreInDoubt, StoreUnavailable } from "../../src/storage/store.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

type Scene = { server: PostgresServer; store: Store; other: Client };

/** A store with two connections each way, and somebody else's connection. */
async function onServer(work: (scene: Scene) => Promise<void>): Promise<void> {
  const server = await startPostgres();
  const store = await openPostgres({ url: server.url("postgres"), connections: 2 });
  const other = new Client(server.url("postgres"));
  try {
    await store.migrate();
    await other.connect();
    await work({ server, store, other });
  } finally {
    await other.end();
    await store.close();
    await server.stop();
  }
}

const keep = (store: Store, key: string) => store.write((tx) => tx.db.insertInto("setting").values({ key, value: "" }).execute());

test("those who wait for a connection are served when those of its time are lost", () =>
  onServer(async ({ store, other }) => {
    const slow = Array.from({ length: 10 }, () => sql`select pg_sleep(0.3)`.execute(store.read));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await other.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'handover'");
    assert.equal((await Promise.all(slow)).length, 10);
  }));

test("a store closes though its server has frozen, and keeps no socket open", () =>
  onServer(async ({ server, store }) => {
    await Promise.all([keep(store, "a"), keep(store, "b")]);
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
    const before = sockets();
    signal(server, "STOP");
    try {
      await store.close();
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.ok(sockets() < before, `${sockets()} sockets are open, ${before} were`);
    } finally {
      signal(server, "CONT");
    }
  }));

function signal({ pid }: PostgresServer, name: "STOP" | "CONT"): void {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
  for (const one of [pid, ...children]) process.kill(one, `SIG${name}`);
}

test("a commit that the server refuses is not done, and nobody doubts it", () =>
  onServer(async ({ store, other }) => {
    await other.query(`create function full_disk() returns trigger language plpgsql as $$ begin raise exception 'full' using errcode = '53100'; end $$`);
    await other.query("create trigger full_disk before insert on operation execute function full_disk()");
    await assert.rejects(keep(store, "a"), (error) => error instanceof StoreUnavailable && !(error instanceof StoreInDoubt));
    await other.query("drop trigger full_disk on operation");
    await keep(store, "a");
  }));

test("a node that starts waits for nobody who works with the database", () =>
  onServer(async ({ server, store, other }) => {
    await other.query("begin");
    await other.query("lock table operation in share update exclusive mode");
    const second = await openPostgres({ url: server.url("postgres"), connections: 2 });
    assert.deepEqual(await second.migrate(), []);
    await second.close();
    await keep(store, "a");
    await other.query("rollback");
  }));

test("a way without its password is told as such, and leaves no connection behind", () =>
  onServer(async ({ server, other }) => {
    const url = new URL(server.url("postgres"));
    url.password = "";
    await assert.rejects(openPostgres({ url: url.href }), { name: "PostgresUnfit", message: /asks for a password/ });
    const { rows } = await other.query("select 1 from pg_stat_activity where backend_type = 'client backend' and state is null and pid <> pg_backend_pid()");
    assert.deepEqual(rows, []);
  }));

test("nothing goes into the database of another program", () =>
  onServer(async ({ server, other }) => {
    await other.query("create database shop");
    const owner = new Client(server.url("shop"));
    await owner.connect();
    await owner.query("create table customers (id int)");
    const store = await openPostgres({ url: server.url("shop"), connections: 2 });
    await assert.rejects(store.migrate(), { name: "PostgresUnfit", message: /customers/ });
    assert.deepEqual((await owner.query("select relname from pg_class where relname = 'operation'")).rows, []);
    await store.close();
    await owner.end();
  }));
