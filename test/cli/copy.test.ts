import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { findSession } from "../../src/actions/accounts/find-session.ts";
import { signIn } from "../../src/actions/accounts/sign-in.ts";
import { acceptChange } from "../../src/actions/changes/accept-change.ts";
import { cancelChange } from "../../src/actions/changes/cancel-change.ts";
import { expireChanges } from "../../src/actions/changes/expire-changes.ts";
import { refuseChange } from "../../src/actions/changes/refuse-change.ts";
import { findSigner } from "../../src/actions/keys/find-caller.ts";
import { makeSampleData } from "../../src/sample/make-sample-data.ts";
import { copyDatabase, type Step } from "../../src/storage/copy.ts";
import { openPostgres } from "../../src/storage/postgres.ts";
import { operationTable } from "../../src/storage/postgres-operation.ts";
import { beginSearched, searchMore } from "../../src/storage/queries/searched-names.ts";
import { createStage, operator, type Stage } from "../support/cast.ts";
import { days } from "../support/clock.ts";
import { type Ended, handover, Run } from "../support/command-line.ts";
import { openSqliteStore } from "../support/each-store.ts";
import { givePassword, makeKey, password, signedRequest } from "../support/key-holder.ts";
import { createDatabase } from "../support/postgres-databases.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { createWorld } from "../support/world.ts";

const { folder, remove } = await temporaryFolder();
const original = join(folder, "original");
const fileIn = (data: string): string => join(data, "handover.db");

/** Whoever is in the original: a request in every state, sessions, a key, letters. */
type Story = { stage: Stage; open: number; code: string; session: string; key: Awaited<ReturnType<typeof makeKey>>; highestRequest: number };
let story: Story;
const databases: { drop: () => Promise<void> }[] = [];

before(async () => {
  story = await tellStory();
});
after(async () => {
  for (const { drop } of databases) await drop();
  await remove();
});

async function tellStory(): Promise<Story> {
  const stage = await createStage({ mode: "serve" }, (_, clock) => openSqliteStore(original, clock));
  const { context, who } = stage;
  const ask = async (name: string): Promise<number> => (await stage.ask("alice", { tech: "dave" }, await stage.addService(name)))[0] ?? 0;
  await ask("expired.example");
  stage.clock.advance(days(8));
  await expireChanges(context);
  const answers = { done: acceptChange, refused: refuseChange };
  for (const [state, answer] of Object.entries(answers)) {
    const id = await ask(`${state}.example`);
    for (const name of state === "done" ? (["alice", "dave"] as const) : (["dave"] as const)) {
      await answer(context, who[name], { id, code: await stage.codeOf(name, id) });
    }
  }
  await cancelChange(context, who.alice, { id: await ask("aborted.example") });
  const open = await ask("open.example");
  await acceptChange(context, who.alice, { id: open, code: await stage.codeOf("alice", open) });
  const highestRequest = open;
  for (const name of ["alice", "dave"] as const) await givePassword(stage, name);
  const { session } = await signIn(context, "192.0.2.7", { login: who.dave.handle, password });
  const key = await makeKey(stage, "alice");
  // What an engine could take for something else, and letters whose order differs by language.
  await stage.alter("mallory", { name: `O'Neil "\\" {a,b} NULL \n\t%s $1 \u00e9\ufffd🚲`, email: "" });
  await stage.store.write((tx) =>
    tx.db
      .insertInto("rate_limit")
      .values(["a", "B", "_", "é", "\uff21", "😀", ""].map((limit) => ({ key: limit, since: 1, used: 1 })))
      .execute(),
  );
  // The index of names is each engine's own, and so is what it needs besides.
  await stage.store.write(async (tx) => {
    await beginSearched(tx, [stage.who.alice.id]);
    await searchMore(tx, stage.who.alice.id, 100);
  });
  // A number that was given and whose row is gone: it is not given again.
  await stage.store.write(async (tx) => {
    await tx.db.insertInto("audit").values({ id: 900_000, at: 1, actor: operator.kind, source: "", deed: "gone", details_json: "{}" }).execute();
    await tx.db.deleteFrom("audit").where("id", "=", 900_000).execute();
  });
  const code = await stage.codeOf("dave", open);
  await stage.close();
  return { stage, open, code, session, key, highestRequest };
}

let count = 0;

/** A data folder of its own with the original, or with it changed. */
function freshData(change?: string): string {
  const data = join(folder, `data-${++count}`);
  mkdirSync(data);
  cpSync(fileIn(original), fileIn(data));
  if (change !== undefined) alter(data, change);
  return data;
}

function alter(data: string, change: string): void {
  const db = new DatabaseSync(fileIn(data));
  db.exec(change);
  db.close();
}

async function freshDatabase(): Promise<string> {
  const database = await createDatabase();
  databases.push(database);
  return database.url;
}

async function emptyDatabase(): Promise<string> {
  const database = await createDatabase("empty");
  databases.push(database);
  return database.url;
}

const copy = (data: string, url: string): Promise<Ended> => handover(data, ["copy"], { HANDOVER_DATABASE_URL: url });

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** As if the process had ended before this step. */
async function copyUntil(step: Step, data: string, url: string): Promise<void> {
  const stop = new Error("stopped");
  const began = (now: Step): void => {
    if (now === step) throw stop;
  };
  await assert.rejects(copyDatabase({ file: fileIn(data), url, began }), stop);
}

describe("handover copy", () => {
  test("brings everything to PostgreSQL, where the system goes on as if nothing had happened", async (t) => {
    const [data, url] = [freshData(), await freshDatabase()];
    const bytes = readFileSync(fileIn(data));
    // Nobody has migrated it before.
    await ask(url, "drop schema public cascade; create schema public");
    const { code, out, err } = await copy(data, url);
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /\n {2}change_request +5\n/);
    assert.match(out, /Every value was compared: both sides are the same\.\nNext: set HANDOVER_DATABASE_URL/);
    assert.ok(readFileSync(fileIn(data)).equals(bytes), "the source stays as it is");

    const { stage, open } = story;
    const store = await openPostgres({ url, clock: stage.clock.now, connections: 2 });
    t.after(() => store.close());
    const context = { ...stage.context, store };
    assert.equal((await findSession(context, story.session))?.handle, stage.who.dave.handle, "a session goes on");
    await signIn(context, "192.0.2.8", { login: stage.who.alice.handle, password });
    const request = signedRequest(story.key, { url: "https://contacts.example.com/v1/me", at: stage.clock.now() });
    const header = (name: string): string => request.headers.get(`X-Ovh-${name}`) ?? "";
    const call = { application: header("Application"), consumer: header("Consumer"), timestamp: header("Timestamp"), signature: header("Signature") };
    const signer = await findSigner(context, "192.0.2.8", { ...call, method: "GET", urls: [request.url], body: new Uint8Array() });
    assert.equal(typeof signer === "object" ? signer.actor.handle : signer, stage.who.alice.handle, "a key goes on");
    assert.equal((await acceptChange(context, stage.who.dave, { id: open, code: story.code })).state, "done", "a code that was mailed before");
    const { id } = await store.write((tx) =>
      tx.db.insertInto("audit").values({ at: 1, actor: "system", source: "", deed: "test", details_json: "{}" }).returning("id").executeTakeFirstOrThrow(),
    );
    assert.ok(id > 900_000, `${id} was given before`);
    const [latest] = await ask(url, "select nextval(pg_get_serial_sequence('change_request', 'id')) as id");
    assert.ok(Number(latest?.["id"]) > story.highestRequest);
  });

  test("brings the sample data", async () => {
    const data = join(folder, "sample");
    let offset = 0;
    const clock = (): number => Date.now() + offset;
    const world = await createWorld({ mode: "serve" }, () => openSqliteStore(data, clock));
    await makeSampleData({ ...world.context, clock }, (ms) => (offset = ms)).finally(world.close);
    const { code, out } = await copy(data, await freshDatabase());
    assert.equal(code, 0);
    assert.match(out, /\n {2}service +5,0\d\d\n/);
  });

  test("takes the address from --to too, and never tells its password", async () => {
    const url = await freshDatabase();
    const { password: word } = new URL(url);
    assert.ok(word.length > 0);
    const { code, out, err } = await handover(freshData(), ["copy", "--to", url]);
    assert.equal(code, 0);
    const nowhere = Object.assign(new URL(url), { port: "1" }).href;
    const failed = await handover(freshData(), ["copy", "--to", nowhere]);
    assert.equal(failed.code, 1);
    assert.match(failed.err, /Nothing listens/);
    assert.doesNotMatch(failed.err, /same command again/, "nothing had begun");
    const wrong = await handover(freshData(), ["copy", "--to", `${url}?nonsense=1`]);
    assert.equal(wrong.code, 2);
    assert.ok(![out, err, failed.out, failed.err, wrong.out, wrong.err].some((text) => text.includes(word)));
    assert.equal((await handover(freshData(), ["copy"])).code, 2, "without an address");
  });
});

describe("a copy that was cut off", () => {
  /** Enough for many pages, under keys of every kind. */
  const many = `with recursive n (i) as (select 1 union all select i + 1 from n where i < 9000)
    insert into audit (at, actor, source, deed, details_json) select i, 'system', '', 'test', '{"text": "é ' || i || '"}' from n;
    with recursive n (i) as (select 1 union all select i + 1 from n where i < 9000)
    insert into rate_limit (key, since, used) select case i % 3 when 0 then 'Key ' when 1 then 'key ' else 'ключ ' end || i, i, 1 from n;
    with recursive n (i) as (select 1 union all select i + 1 from n where i < 9000)
    insert into old_code (approval_id, code_hash) select (select min(id) + i % 3 from approval), 'hash ' || i from n;`;

  test("goes on where it was, wherever it was killed, or the database took its connection away", async () => {
    const [data, url] = [freshData(many), await freshDatabase()];
    const place = async (): Promise<string> => JSON.stringify(await ask(url, "select value from setting where key = 'copy'"));
    let [cuts, last] = [0, ""];
    for (let ended = false; !ended; ) {
      let seen = await place();
      const run = new Run(["copy"], { HANDOVER_DATA: data, HANDOVER_DATABASE_URL: url });
      for (let steps = cuts < 3 ? 1 : 1 + Math.floor(Math.random() * 4); run.process.exitCode === null && steps > 0; ) {
        const now = await place();
        if (now !== seen) steps--;
        seen = now;
        await sleep(2);
      }
      const killed = cuts++ % 2 === 0;
      if (killed) run.process.kill("SIGKILL");
      else await ask(url, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'handover copy' and datname = current_database()");
      const { signal, code, out, err } = await run.ended;
      if (code === 1) assert.match(err, /Run the same command again/);
      ended = signal === null && code === 0;
      last = out;
    }
    assert.ok(cuts > 3, `cut off only ${cuts - 1} times`);
    assert.match(last, /\n {2}old_code +9,000\n[^]+; [0-9,]+ of them stood there already\. Every value was compared/);
    assert.deepEqual(await ask(url, "select 1 from setting where key = 'copy'"), []);
  });

  test("goes on where not even the first migration had run", async () => {
    const [data, url] = [freshData(), await freshDatabase()];
    await ask(url, `drop schema public cascade; create schema public; ${operationTable}`);
    const { code, err } = await copy(data, url);
    assert.equal(code, 0, err);
  });

  test("is found complete when nobody was told of its end, until something is decided there", async () => {
    const [data, url] = [freshData(), await freshDatabase()];
    assert.equal((await copy(data, url)).code, 0);
    const { code, out, err } = await copy(data, url);
    assert.equal(code, 0, err);
    assert.match(out, /of them stood there already\. Every value was compared: both sides are the same\./);
    await ask(url, "update account set name = 'Alice' where id = 1");
    assert.match((await copy(data, url)).err, /is not empty/);
  });

  test("is not served, and no command works on it", async () => {
    const [data, url] = [freshData(), await freshDatabase()];
    await copyUntil("verify", data, url);
    const served = await handover(data, ["serve"], {
      HANDOVER_DATABASE_URL: url,
      HANDOVER_BASE_URL: "https://contacts.example.com",
      HANDOVER_SMTP_URL: "smtp://127.0.0.1:1",
      PORT: "0",
    });
    assert.equal(served.code, 2);
    assert.match(served.err, /a copy from SQLite that is not finished and verified\. Run `handover copy` again/);
    for (const words of [["mail", "list"], ["migrate"], ["export"]]) {
      const { code, err } = await handover(data, words, { HANDOVER_DATABASE_URL: url });
      assert.deepEqual([code, /not finished and verified/.test(err)], [2, true], words.join(" "));
    }
    assert.equal((await copy(data, url)).code, 0);
    assert.equal((await handover(data, ["export"], { HANDOVER_DATABASE_URL: url })).code, 0);
  });

  test("is marked before its first table: killed at any table, it is neither served nor migrated, and goes on", async () => {
    const data = freshData();
    for (const most of [1, 2, 20]) {
      const url = await emptyDatabase();
      const tables = async (): Promise<number> =>
        (await ask(url, "select 1 from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")).length;
      const run = new Run(["copy"], { HANDOVER_DATA: data, HANDOVER_DATABASE_URL: url });
      while (run.process.exitCode === null && (await tables()) < most) await sleep(1);
      run.process.kill("SIGKILL");
      assert.equal((await run.ended).signal, "SIGKILL");
      const stood = await tables();
      for (const words of [["migrate"], ["export"]]) {
        const { code, err } = await handover(data, words, { HANDOVER_DATABASE_URL: url });
        assert.deepEqual([code, /not finished and verified/.test(err)], [2, true], `${words.join(" ")} at ${most}: ${err}`);
      }
      assert.equal(await tables(), stood, "no migration ran");
      const { code, err } = await copy(data, url);
      assert.equal(code, 0, err);
      assert.deepEqual(await ask(url, "select to_regclass('half_copy') as mark"), [{ mark: null }]);
    }
  });

  test("is not brought up to date by a newer program, which would refuse it only then", async () => {
    const [data, url] = [freshData(), await freshDatabase()];
    await copyUntil("verify", data, url);
    // As a program left it that knew the first migration only: another one would run now.
    await ask(url, "delete from migration where name > '001-beginning'");
    const { code, err } = await handover(data, ["migrate"], { HANDOVER_DATABASE_URL: url });
    assert.deepEqual([code, /not finished and verified/.test(err)], [2, true], err);
    assert.deepEqual(await ask(url, "select name from migration"), [{ name: "001-beginning" }]);
  });

  test("is not gone on with from other data, nor from these after they changed", async () => {
    const [data, url] = [freshData(), await freshDatabase()];
    await copyUntil("verify", data, url);
    alter(data, "update account set name = 'Alice' where id = 1");
    const { code, err } = await copy(data, url);
    assert.equal(code, 1);
    assert.match(err, /a part of another copy: of other data, or of these before they changed/);
  });

  test("is not gone on with from other data either where it was cut off before its first row, but from these", async () => {
    for (const step of ["check", "copy"] as const) {
      const [data, url] = [freshData(), await emptyDatabase()];
      await copyUntil(step, data, url);
      const { code, err } = await copy(freshData("update account set name = 'Alice' where id = 1"), url);
      assert.deepEqual([code, /a part of another copy: of other data/.test(err)], [1, true], `at ${step}: ${err}`);
      const right = await copy(data, url);
      assert.equal(right.code, 0, right.err);
    }
  });

  test("is compared in whole: what somebody has changed, removed or added there is told by table and key", async () => {
    const [data, url] = [freshData(), await freshDatabase()];
    await copyUntil("verify", data, url);
    await ask(url, "update account set name = name || ' ', language = 'fr' where id = 2");
    await ask(url, "delete from rate_limit where key = 'é'; insert into rate_limit values ('c', 1, 1), ('\uffff', 1, 1)");
    const { code, err } = await copy(data, url);
    assert.equal(code, 1);
    for (const line of [
      "account 2: differs in name, language",
      "rate_limit é: is missing in PostgreSQL",
      "rate_limit c: is in PostgreSQL only",
      "rate_limit \ufffd: is",
    ])
      assert.ok(err.includes(`\n${line}`), `${line} is missing in\n${err}`);
    assert.match(err, /The comparison found 4 differences/);
    assert.equal((await copy(data, url)).code, 1, "and it stays unfinished");
  });
});

describe("nothing is copied", () => {
  test("into a database that is not empty", async () => {
    const [data, url] = [freshData(), await freshDatabase()];
    await ask(url, "insert into setting (key, value) values ('mode', 'serve')");
    const { code, err } = await copy(data, url);
    assert.equal(code, 1);
    assert.match(
      err,
      /is not empty: it has setting\. That is what a start leaves there, no account and no service\. Stop what runs on it, then: dropdb (\S+); createdb --owner=\S+ --encoding=UTF8 \1/,
    );
    await ask(url, "insert into rate_limit (key, since, used) values ('a', 1, 1)");
    assert.match((await copy(data, url)).err, /is not empty: it has rate_limit, setting\. A copy goes into a new one: createdb --owner=/);
    await ask(url, "drop schema public cascade; create schema public; create table strange (name text)");
    assert.match((await copy(data, url)).err, /is not empty/);
    assert.equal((await ask(url, "select 1 from information_schema.tables where table_schema = 'public'")).length, 1, "no table of ours was put there");
  });

  test("into a filled database of an older version, which stays as it is", async () => {
    const [data, url] = [freshData(), await freshDatabase()];
    assert.equal((await copy(data, url)).code, 0);
    // As the version before left it, which would not start on a newer one.
    await ask(url, "delete from migration where name = (select max(name) from migration)");
    const before = await ask(url, "select name from migration order by name");
    const { code, err } = await copy(data, url);
    assert.deepEqual([code, /is not empty/.test(err)], [1, true], err);
    assert.deepEqual(await ask(url, "select name from migration order by name"), before);
  });

  test("into a newer database, and no mark is left there", async () => {
    const url = await emptyDatabase();
    await ask(url, "create table migration (name text primary key, at bigint not null); insert into migration values ('999-later', 1)");
    const { code, err } = await copy(freshData(), url);
    assert.deepEqual([code, /newer version/.test(err)], [2, true], err);
    assert.deepEqual(await ask(url, "select to_regclass('half_copy') as mark"), [{ mark: null }]);
  });

  test("into a database with a table of another role, which this one may not even see in information_schema", async () => {
    const [data, url] = [freshData(), await emptyDatabase()];
    const role = `copier_${randomBytes(6).toString("hex")}`;
    await ask(url, `create role ${role} login password '${role}'; grant all on schema public to ${role}; create table theirs (name text)`);
    const asRole = Object.assign(new URL(url), { username: role, password: role }).href;
    try {
      const { code, err } = await copy(data, asRole);
      assert.equal(code, 1);
      assert.match(err, new RegExp(`is not empty: it has theirs\\. A copy goes into a new one: createdb --owner=${role} `));
      assert.equal((await ask(url, "select 1 from pg_tables where schemaname = 'public'")).length, 1, "no table of ours was put there");
    } finally {
      await ask(url, `drop owned by ${role}; drop role ${role}`);
    }
  });

  test("while another process has the source open, even if it only waits", async (t) => {
    const data = freshData();
    const store = await openSqliteStore(data, Date.now);
    t.after(() => store.close());
    const { code, err } = await copy(data, await freshDatabase());
    assert.equal(code, 1);
    assert.match(err, /stop the server first/);
  });

  test("and nobody can open the source, while a copy reads it", async () => {
    const [data, url] = [freshData(), await freshDatabase()];
    let opened: Promise<unknown> | undefined;
    const began = (): void => {
      opened ??= assert.rejects(async () => new DatabaseSync(fileIn(data), { timeout: 0 }).exec("select * from account"), /database is locked/);
    };
    await copyDatabase({ file: fileIn(data), url, began });
    await opened;
  });

  test("where values cannot be kept: each is told by table and key", async () => {
    const url = await freshDatabase();
    const data = freshData(`update account set name = 'a' || char(0) || 'b' where id = 1;
      update account set name = cast(x'61ff62' as text) where id = 2;
      update account set language = x'656e' where id = 3;
      update service set contacts_locked = 3000000000 where id = 1;
      update service set version = 1.5 where id = 2;
      insert into rate_limit values (null, 1, 1);
      insert into rate_limit values (cast(x'6bff' as text), 1, 1);`);
    const { code, err } = await copy(data, url);
    assert.equal(code, 1);
    for (const line of [
      "account 1: name holds a NUL character",
      "account 2: name holds bytes that are not UTF-8",
      "account 3: language is not a text",
      "service 1: contacts_locked is too large a number",
      "service 2: version is not a whole number",
      "rate_limit null: key is empty, though rows are known by it",
      "rate_limit k\ufffd: key holds bytes that are not UTF-8",
    ])
      assert.ok(err.includes(`\n${line}\n`), `${line} is missing in\n${err}`);
    assert.match(err, /PostgreSQL cannot keep 7 values\n[^]+\nNothing was copied\.\n$/);
    assert.deepEqual(await ask(url, "select 1 from account union all select 1 from setting"), []);
    const mended = await copy(freshData(), url);
    assert.equal(mended.code, 0, mended.err);
  });

  test("where a table, a column or a migration is on one side only", async () => {
    const url = await freshDatabase();
    for (const [change, expected, told] of [
      ["create table later (id integer primary key)", 1, /the tables are not the same: only SQLite has later, only PostgreSQL has none/],
      ["alter table account add column later text", 1, /the columns of account are not the same: only SQLite has later/],
      ["insert into migration values ('999-later', 1)", 2, /belongs to a newer version of this program \(999-later\)\. Run that version, or restore/],
      ["delete from migration where name = '001-beginning'", 2, /is older than this program.*handover migrate/],
    ] as const) {
      const { code, err } = await copy(freshData(change), url);
      assert.equal(code, expected);
      assert.match(err, told);
    }
    await ask(url, "create table later (id bigint primary key)");
    assert.match((await copy(freshData(), url)).err, /only PostgreSQL has later/);
  });

  test("where there is no database", async () => {
    const { code, err } = await copy(join(folder, "nothing"), await freshDatabase());
    assert.equal(code, 2);
    assert.match(err, /There is no database in /);
  });
});
