import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { postgresBackup, postgresRestore } from "../../src/cli/postgres-backup.ts";
import { handover, Run, secret } from "../support/command-line.ts";
import { freePort } from "../support/free-port.ts";
import { createDatabase } from "../support/postgres-databases.ts";
import { startPostgres } from "../support/postgres-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { folder, remove } = await temporaryFolder();
after(remove);

const settings = {
  PORT: "0",
  HANDOVER_SECRET: secret,
  HANDOVER_BASE_URL: "https://localhost",
  HANDOVER_SMTP_URL: "smtp://127.0.0.1:9",
  HANDOVER_DATA: join(folder, "none"),
};

function serve(environment: NodeJS.ProcessEnv): Run {
  return new Run(["serve"], { ...settings, ...environment });
}

async function addressOf(run: Run): Promise<string> {
  const [, port] = await run.says(/"port":([0-9]+).*"msg":"serving"/);
  return `http://127.0.0.1:${port}`;
}

async function readiness(base: string): Promise<{ status: number; database: unknown; draining: unknown }> {
  const response = await fetch(`${base}/readyz`);
  const { database, draining } = (await response.json()) as Record<string, unknown>;
  return { status: response.status, database, draining };
}

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(50);
}

test("serve goes on without its database, says so to balancers and visitors, and serves again when it is back", async (t) => {
  const server = await startPostgres(folder);
  t.after(() => server.stop());
  const run = serve({ HANDOVER_DATABASE_URL: server.url("postgres") });
  t.after(() => run.stop("SIGKILL"));
  const base = await addressOf(run);
  assert.deepEqual(await readiness(base), { status: 200, database: "ok", draining: false });

  await server.kill();
  await until(async () => (await readiness(base)).status === 503);
  assert.equal((await readiness(base)).database, "away");
  assert.equal((await fetch(`${base}/healthz`)).status, 200);
  const signedIn = await fetch(`${base}/useraccount/contacts`, { headers: { Cookie: "__Host-session=of-somebody" }, redirect: "manual" });
  assert.deepEqual([signedIn.status, signedIn.headers.get("retry-after")], [503, "5"], "not sent to sign in again");
  assert.equal(signedIn.headers.get("set-cookie"), null);
  const signed = { "X-Ovh-Application": "a", "X-Ovh-Consumer": "c", "X-Ovh-Timestamp": "1", "X-Ovh-Signature": "$1$x" };
  for (const headers of [signed, { Authorization: "Bearer of-somebody" }] as Record<string, string>[]) {
    const called = await fetch(`${base}/1.0/me`, { headers });
    assert.deepEqual([called.status, called.headers.get("retry-after")], [503, "5"], "neither 401 nor 403");
  }
  assert.equal((await fetch(`${base}/1.0/auth/time`)).status, 200, "the time goes on");

  await server.start();
  await until(async () => (await readiness(base)).status === 200);
  await run.says(/"level":30.*"msg":"the database can be used again"/);
  const ended = await run.stop("SIGTERM");
  assert.equal(ended.code, 0, ended.err);
  assert.equal(ended.err.split("the database can be used again").length, 2, "said once");
});

test("serve waits for a database that is not there yet, and answers probes meanwhile", async (t) => {
  const server = await startPostgres(folder);
  t.after(() => server.stop());
  await server.kill();
  const port = await freePort();
  const run = serve({ PORT: `${port}`, HANDOVER_DATABASE_URL: server.url("postgres") });
  t.after(() => run.stop("SIGKILL"));
  await run.says(/"reason":"Nothing listens at 127\.0\.0\.1.*"msg":"waiting for the database"/);
  assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
  const unready = await fetch(`http://127.0.0.1:${port}/readyz`);
  assert.deepEqual([unready.status, ((await unready.json()) as { starting: boolean }).starting], [503, true]);
  await server.start();
  assert.equal((await readiness(await addressOf(run))).status, 200);
});

test("on SIGTERM readiness goes away first, requests are served on, and what is in flight is answered", async (t) => {
  const { url, drop } = await createDatabase();
  t.after(drop);
  const run = serve({ HANDOVER_DATABASE_URL: url, HANDOVER_DRAIN_SECONDS: "2" });
  t.after(() => run.stop("SIGKILL"));
  const base = await addressOf(run);
  run.process.kill("SIGTERM");
  await run.says(/"msg":"stopping"/);
  assert.deepEqual(await readiness(base), { status: 503, database: "ok", draining: true });
  const page = await fetch(`${base}/sign-in`);
  assert.deepEqual([page.status, page.headers.get("connection")], [200, "close"]);
  const ended = await run.ended;
  assert.equal(ended.code, 0, ended.err);
  await assert.rejects(fetch(`${base}/sign-in`));
});

test("the operator's commands need the URL and no folder, and a backup is PostgreSQL's affair", async (t) => {
  const { url, drop } = await createDatabase();
  t.after(drop);
  const run = (...args: string[]) => handover(join(folder, "none"), args, { HANDOVER_DATABASE_URL: url });
  assert.match((await run("migrate")).out, /up to date/);
  assert.match((await run("account", "create", "--name", "Alice", "--email", "alice@example.com")).out, /-ovh\n$/);
  const backup = await run("backup", join(folder, "it's here.dump"));
  assert.equal(backup.code, 2);
  const [, command = ""] = /\n {2}(\(.*pg_dump .*\))\n/.exec(backup.err) ?? [];
  const { password, pathname } = new URL(url);
  assert.ok(!backup.err.includes(password));
  const told = `pg_dump() { printf '%s\n' "$@" $(umask); }; umask 022; ${command}`;
  const words = spawnSync("sh", ["-c", told], { encoding: "utf8" }).stdout.split("\n");
  assert.deepEqual(words.slice(0, 2), ["--format=custom", `--file=${join(folder, "it's here.dump")}`]);
  assert.equal(words[3], "0077", "a backup is nobody else's to read");
  assert.equal(new URL(words[2] ?? "").pathname, pathname);
});

test("what PostgreSQL's own tools are told is what they understand", () => {
  const url = "postgres://handover:hunter2@[::1]:5433/handover?sslmode=no-verify&sslcert=/etc/it.crt";
  const told = `${postgresBackup(url, "/backup/it.dump")}\n${postgresRestore(url, "/backup/it.dump")}`;
  assert.doesNotMatch(told, /no-verify|hunter2/);
  assert.equal(told.split("'postgres://handover@[::1]:5433/handover?sslmode=require&sslcert=%2Fetc%2Fit.crt'").length, 2, told);
  assert.match(told, /createdb --owner='handover' --encoding=UTF8 'handover_restored'/);
  assert.match(told, /sudo -u postgres pg_restore .* --dbname='handover_restored' < '\/backup\/it.dump'\n/, "a file that postgres itself cannot read");
  assert.match(told, /--host='::1' --port=5433 /);
});

test("another secret is refused on PostgreSQL too", async (t) => {
  const { url, drop } = await createDatabase();
  t.after(drop);
  assert.equal((await handover(folder, ["migrate"], { HANDOVER_DATABASE_URL: url })).code, 0);
  const { code, err } = await handover(folder, ["migrate"], { HANDOVER_DATABASE_URL: url, HANDOVER_SECRET: "another secret that is long enough for it" });
  assert.deepEqual([code, /made with another secret/.test(err)], [2, true]);
});

describe("a wrong database is told at once, with what to do, and without its password", { concurrency: 2 }, () => {
  async function failing(change: (url: URL) => void, command: string[] = ["mail", "list"]): Promise<{ code: number | null; err: string }> {
    const { url, drop } = await createDatabase();
    const wrong = new URL(url);
    change(wrong);
    try {
      const { code, err } = await new Run(command, { ...settings, HANDOVER_DATABASE_URL: wrong.href }).ended;
      assert.doesNotMatch(err, new RegExp(`hunter2|${new URL(url).password}`));
      assert.equal(err.trim().split("\n").length, 1, err);
      return { code, err };
    } finally {
      await drop();
    }
  }
  test("password", async () => {
    const { code, err } = await failing((url) => (url.password = "hunter2"), ["serve"]);
    assert.deepEqual([code, /refuses the password of handover/.test(err)], [2, true], err);
  });
  test("database", async () => {
    const { code, err } = await failing((url) => (url.pathname = "/nowhere"), ["serve"]);
    assert.deepEqual([code, /There is no database nowhere .*createdb/.test(err)], [2, true], err);
  });
  test("port", async () => {
    const port = await freePort();
    const { code, err } = await failing((url) => (url.port = `${port}`));
    assert.deepEqual([code, /Nothing listens at/.test(err)], [1, true], err);
  });
});

test("fsync switched off is refused, with what it means", async (t) => {
  const server = await startPostgres(folder, { fsync: "off" });
  t.after(() => server.stop());
  const { code, err } = await serve({ HANDOVER_DATABASE_URL: server.url("postgres") }).ended;
  assert.deepEqual([code, /fsync off.*can be lost/.test(err)], [2, true], err);
});

test("what is asked while the listener closes is answered to its end", async (t) => {
  const { url, drop } = await createDatabase();
  t.after(drop);
  const run = serve({ HANDOVER_DATABASE_URL: url });
  t.after(() => run.stop("SIGKILL"));
  const base = await addressOf(run);
  const form = new URLSearchParams({ login: "nobody@example.com", password: "x".repeat(20) }).toString();
  const asking = request(`${base}/sign-in`, {
    method: "POST",
    headers: { Origin: "https://localhost", "Content-Type": "application/x-www-form-urlencoded", "Content-Length": form.length },
  });
  asking.write(form.slice(0, 5));
  await until(async () => (await readiness(base)).status === 200);
  run.process.kill("SIGTERM");
  await run.says(/"msg":"stopping"/);
  asking.end(form.slice(5));
  const [response] = (await once(asking, "response")) as [IncomingMessage];
  response.resume();
  assert.ok((response.statusCode ?? 0) >= 400 && (response.statusCode ?? 0) < 500, `${response.statusCode}`);
  assert.equal((await run.ended).code, 0);
});
