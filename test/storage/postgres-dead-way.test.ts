import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CompiledQuery } from "kysely";
import pg from "pg";
import { CopyTarget } from "../../src/storage/copy-target.ts";
import { migrationLock } from "../../src/storage/postgres-bookkeeping.ts";
import { PostgresConnection, StatementNames } from "../../src/storage/postgres-connection.ts";
import { PostgresPool } from "../../src/storage/postgres-pool.ts";
import { StoreUnavailable } from "../../src/storage/store.ts";
import { startPostgres } from "../support/postgres-server.ts";

const server = await startPostgres();
after(() => server.stop());
const url = server.url("postgres");

/** Somebody who keeps others from their answers, which is what a dead way looks like from here. */
async function whileHeld(statement: string, work: () => Promise<void>): Promise<void> {
  const holder = new pg.Client(url);
  await holder.connect();
  try {
    await holder.query(`begin; ${statement}`);
    await work();
  } finally {
    await holder.end();
  }
}

test("an export whose cursor gets no answer ends", async () => {
  const pool = new pg.Pool({ connectionString: url });
  await pool.query("create table exported (id int)");
  const client = await pool.connect();
  const connection = new PostgresConnection(client, { names: new StatementNames(1), types: pg.types, timeout: 300 });
  const read = () => connection.streamQuery(CompiledQuery.raw("select * from exported"), 10).next();
  await whileHeld("lock table exported", () => assert.rejects(read(), StoreUnavailable));
  client.release(true);
  await pool.end();
});

test("a copy that gets no answer ends", async () => {
  const target = await CopyTarget.open(url, 300);
  await whileHeld(migrationLock, () => assert.rejects(target.mark("digest"), StoreUnavailable));
  await target.close();
});

test("a way that is dead while an answer is waited for is known after some seconds, not after the system's two hours", async () => {
  const pool = new PostgresPool({ url, connections: 1, purpose: "migrate" });
  const target = await CopyTarget.open(url);
  await pool.use(async () => {
    for (const until = performance.now() + 10_000; keepAlives().length < 2; await sleep(20)) assert.ok(performance.now() < until);
    assert.ok(
      keepAlives().every((seconds) => seconds <= 15),
      `${keepAlives().join(", ")} s`,
    );
  });
  await target.close();
  await pool.close();
});

/** Seconds until the system asks whether the other side still lives, of each connection to the server that has such a timer. */
function keepAlives(): number[] {
  const rows = readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1);
  const fields = rows.map((row) => row.trim().split(/\s+/));
  const ours = fields.filter(([, , remote = ""]) => Number.parseInt(remote.split(":")[1] ?? "", 16) === server.port);
  return ours.flatMap(([, , , , , timer = ""]) => (timer.startsWith("02:") ? [Number.parseInt(timer.slice(3), 16) / 100] : []));
}
