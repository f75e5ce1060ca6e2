import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { Client } from "pg";
import { openPostgres } from "../../src/storage/postgres.ts";
import { migrationLock } from "../../src/storage/postgres-bookkeeping.ts";
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

test("operations that cannot be forgotten are told of", (t) =>
  onServer(async ({ server, other }) => {
    await other.query(`create function keep() returns trigger language plpgsql as $$ begin raise exception 'kept'; end $$`);
    await other.query("create trigger keep before delete on operation execute function keep()");
    const notes: string[] = [];
    t.mock.timers.enable({ apis: ["setInterval"] });
    const store = await openPostgres({ url: server.url("postgres"), connections: 2, note: (what, error) => notes.push(`${what}: ${String(error)}`) });
    t.mock.timers.tick(10 * 60_000);
    t.mock.timers.reset();
    for (const until = performance.now() + 10_000; notes.length === 0; await sleep(10)) assert.ok(performance.now() < until);
    assert.match(notes.join(), /operations.*forgotten.*kept/);
    await store.close();
  }));

test("a migration that waits for somebody's lock lets others have their turn, and is told of", () =>
  onServer(async ({ server, store, other }) => {
    // As before 003, whose alter waits for whoever reads the table, which pg_dump does from its beginning to its end.
    await other.query("alter table outbox drop column failures; delete from migration where name = '003-outbox-failures'");
    await other.query("begin; lock table outbox in access share mode");
    const notes: string[] = [];
    const node = await openPostgres({ url: server.url("postgres"), connections: 2, note: (what) => notes.push(what) });
    let ran: string[] | undefined;
    const migrated = node.migrate().then((names) => (ran = names));
    for (const until = performance.now() + 30_000; notes.length === 0; await sleep(10)) {
      await sql`select count(*) from outbox`.execute(store.read);
      assert.ok(performance.now() < until);
    }
    assert.equal(ran, undefined);
    assert.match(notes.join(), /migration.*waits/);
    await other.query("rollback");
    assert.deepEqual(await migrated, ["003-outbox-failures"]);
    await node.close();
  }));

test("a node that migrates waits for another that does, however long", () =>
  onServer(async ({ server, other }) => {
    await other.query(`begin; ${migrationLock}`);
    const notes: string[] = [];
    const node = await openPostgres({ url: server.url("postgres"), connections: 2, note: (what) => notes.push(what) });
    const migrated = node.migrate();
    await sleep(3_000);
    await other.query("rollback");
    assert.deepEqual([await migrated, notes], [[], []]);
    await node.close();
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
