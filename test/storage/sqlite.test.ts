import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { assertDurable, assertWritable, SqliteConnection } from "../../src/storage/sqlite-connection.ts";
import type { Store } from "../../src/storage/store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const clock = () => 0;

function inFolder(name: string, story: (folder: string) => Promise<void>): void {
  void test(name, async () => {
    const { folder, remove } = await temporaryFolder();
    try {
      await story(folder);
    } finally {
      await remove();
    }
  });
}

async function withStore(file: string, work: (store: Store) => Promise<void>): Promise<void> {
  const store = await openSqlite({ file, clock });
  try {
    await store.migrate();
    await work(store);
  } finally {
    await store.close();
  }
}

const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
const put = (store: Store, key: string) => store.write((tx) => tx.db.insertInto("setting").values({ key, value: "1" }).execute());

inFolder("the database and its folder are for their owner only", async (folder) => {
  const file = join(folder, "data", "handover.db");
  await withStore(file, async (store) => {
    await put(store, "a");
    assert.equal(await mode(join(folder, "data")), "700");
    for (const name of ["handover.db", "handover.db-wal", "handover.db-shm"]) assert.equal(await mode(join(folder, "data", name)), "600");
  });
  assert.deepEqual(await readdir(join(folder, "data")), ["handover.db"]);
});

inFolder("a database that does not write through to the disk is refused", async (folder) => {
  const raw = new DatabaseSync(join(folder, "a.db"));
  raw.exec("pragma journal_mode = wal");
  assertDurable(raw);
  raw.exec("pragma synchronous = normal");
  assert.throws(() => assertDurable(raw), /synchronous/);
  raw.close();
});

inFolder("a connection that can only read is refused when it is opened, not at each write", async (folder) => {
  const file = join(folder, "a.db");
  const raw = new DatabaseSync(file);
  raw.exec("pragma journal_mode = wal; create table a (b)");
  const reading = new DatabaseSync(file, { readOnly: true });
  assert.throws(() => assertWritable(reading), /can be read, but not written/);
  raw.exec("begin immediate");
  const waiting = new DatabaseSync(file);
  assertWritable(waiting);
  for (const one of [raw, reading, waiting]) one.close();
});

inFolder("a file that is no database is refused by name", async (folder) => {
  const file = join(folder, "a.db");
  await writeFile(file, "not a database, but long enough to be looked at".repeat(50));
  await assert.rejects(openSqlite({ file, clock }), (error: Error) => error.message.includes(file) && /not a database/.test(error.message));
});

inFolder("work goes on after a statement that failed", async (folder) => {
  await withStore(join(folder, "a.db"), async (store) => {
    await store.write(async (tx) => {
      const add = (key: string) => tx.db.insertInto("setting").values({ key, value: "1" }).execute();
      await add("a");
      await assert.rejects(add("a"));
      await add("b");
    });
    assert.deepEqual(await store.read.selectFrom("setting").select("key").orderBy("key").execute(), [{ key: "a" }, { key: "b" }]);
  });
});

inFolder("one transaction has its answer before the next begins", async (folder) => {
  await withStore(join(folder, "a.db"), async (store) => {
    await put(store, "n");
    const raise = () =>
      store.write(async (tx) => {
        const { value } = await tx.db.selectFrom("setting").select("value").where("key", "=", "n").executeTakeFirstOrThrow();
        await sql`select 1`.execute(tx.db);
        await tx.db
          .updateTable("setting")
          .set({ value: `${Number(value) + 1}` })
          .where("key", "=", "n")
          .execute();
      });
    await Promise.all(Array.from({ length: 200 }, raise));
    assert.equal((await store.read.selectFrom("setting").select("value").executeTakeFirstOrThrow()).value, "201");
  });
});

inFolder("the lock of another process is waited for", async (folder) => {
  const file = join(folder, "a.db");
  await withStore(file, async (store) => {
    const other = spawn(process.execPath, ["--input-type=module", "--eval", holdLock, file], { stdio: ["pipe", "pipe", "inherit"] });
    await once(other.stdout, "data");
    const mine = put(store, "mine");
    setTimeout(() => other.stdin.end(), 50);
    await Promise.all([mine, once(other, "exit")]);
    const rows = await store.read.selectFrom("setting").select("key").orderBy("key").execute();
    assert.deepEqual(rows, [{ key: "mine" }, { key: "theirs" }]);
  });
});

const holdLock = `
import { DatabaseSync } from "node:sqlite";
const db = new DatabaseSync(process.argv[1]);
db.exec("begin immediate; insert into setting values ('theirs', '1')");
console.log("locked");
process.stdin.resume().on("end", () => { db.exec("commit"); db.close(); });`;

inFolder("what was confirmed is there after a kill", async (folder) => {
  const file = join(folder, "a.db");
  await withStore(file, async () => {});
  const writer = spawn(process.execPath, ["--input-type=module", "--eval", writeForEver, file], { stdio: ["ignore", "pipe", "inherit"] });
  let confirmed = "";
  writer.stdout.on("data", (chunk) => {
    confirmed += chunk;
    if (confirmed.length > 1_000) writer.kill("SIGKILL");
  });
  await once(writer, "close");
  const keys = confirmed.split("\n").slice(0, -1);
  await withStore(file, async (store) => {
    const rows = await store.read.selectFrom("setting").select("key").execute();
    const found = new Set(rows.map((row) => row.key));
    assert.ok(keys.length > 100);
    assert.deepEqual(
      keys.filter((key) => !found.has(key)),
      [],
    );
  });
});

const writeForEver = `
import { writeSync } from "node:fs";
const { openSqlite } = await import(${JSON.stringify(new URL("../../src/storage/sqlite.ts", import.meta.url).href)});
const store = await openSqlite({ file: process.argv[1], clock: Date.now });
for (let n = 0; ; n += 8) await Promise.all(Array.from({ length: 8 }, async (_, i) => {
  await store.write((tx) => tx.db.insertInto("setting").values({ key: String(n + i), value: "1" }).execute());
  writeSync(1, n + i + "\\n");
}));`;

inFolder("a backup is whole and of one moment, though writing goes on", async (folder) => {
  const copy = join(folder, "copies", "copy.db");
  await mkdir(join(folder, "copies"));
  await withStore(join(folder, "a.db"), async (store) => {
    for (let n = 0; n < 200; n++) await putPair(store, `before ${n} ${"x".repeat(2_000)}`);
    const copied = new AbortController();
    const writing = (async () => {
      let pairs = 0;
      for (; !copied.signal.aborted; pairs++) await putPair(store, `during ${pairs}`);
      return pairs;
    })();
    await store.backup(copy);
    copied.abort();
    assert.ok((await writing) > 0);
  });
  const raw = new DatabaseSync(copy, { readOnly: true });
  assert.deepEqual({ ...raw.prepare("pragma integrity_check").get() }, { integrity_check: "ok" });
  const count = (like: string) => Number(raw.prepare("select count(*) as n from setting where key like ?").get(like)?.["n"]);
  assert.ok(count("left before%") === 200);
  assert.equal(count("left%"), count("right%"));
  raw.close();
  assert.equal(await mode(copy), "600");
});

/** Two rows in one transaction: one without the other would show a copy of no single moment. */
const putPair = (store: Store, key: string) =>
  store.write(async (tx) => {
    for (const side of ["left", "right"]) {
      await tx.db
        .insertInto("setting")
        .values({ key: `${side} ${key}`, value: "1" })
        .execute();
    }
  });

inFolder("a backup can be opened and goes on where the copy was made", async (folder) => {
  await withStore(join(folder, "a.db"), async (store) => {
    await put(store, "a");
    await store.backup(join(folder, "b.db"));
  });
  await withStore(join(folder, "b.db"), async (store) => {
    await put(store, "b");
    assert.equal((await store.read.selectFrom("setting").selectAll().execute()).length, 2);
  });
});

inFolder("a backup never overwrites a file, and leaves nothing half done", async (folder) => {
  await withStore(join(folder, "a.db"), async (store) => {
    await mkdir(join(folder, "copies"));
    const copy = join(folder, "copies", "copy.db");
    await writeFile(copy, "precious");
    await assert.rejects(store.backup(copy), /exists already/);
    await assert.rejects(store.backup(join(folder, "nowhere", "copy.db")), /ENOENT/);
    assert.deepEqual(await readdir(join(folder, "copies")), ["copy.db"]);
    assert.equal((await stat(copy)).size, "precious".length);
  });
});

inFolder("a backup removes what killed ones have left there a day ago, and nothing else", async (folder) => {
  const ended = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(ended, "exit");
  const copies = join(folder, "copies");
  await mkdir(copies);
  const yesterday = new Date(Date.now() - 25 * 3600_000);
  const put = async (name: string, at = yesterday): Promise<string> => {
    await writeFile(join(copies, name), "half");
    await utimes(join(copies, name), at, at);
    return name;
  };
  for (const ending of ["", "-journal"]) await put(`.old.db.${ended.pid}.handover-part${ending}`);
  const kept = [
    await put(`.living.db.${process.ppid}.handover-part`),
    await put(`.young.db.${ended.pid}.handover-part`, new Date()),
    await put(`.strange.${ended.pid}.part`),
  ];
  await withStore(join(folder, "a.db"), (store) => store.backup(join(copies, "new.db")));
  assert.deepEqual((await readdir(copies)).toSorted(), [...kept, "new.db"].toSorted());
});

/** Overwrites a part of the page in which the table `setting` begins. */
async function damageSettings(file: string): Promise<void> {
  const raw = new DatabaseSync(file, { readOnly: true });
  const page = Number(raw.prepare("select rootpage from sqlite_schema where name = 'setting'").get()?.["rootpage"]);
  raw.close();
  const handle = await open(file, "r+");
  await handle.write(Buffer.alloc(8, 0xff), 0, 8, (page - 1) * 4096);
  await handle.close();
}

inFolder("a damaged database says so, with what to do", async (folder) => {
  const file = join(folder, "a.db");
  await withStore(file, (store) => put(store, "a").then(() => {}));
  await damageSettings(file);
  const store = await openSqlite({ file, clock });
  const told = (error: Error) => error.name === "StoreDamaged" && error.message.includes(file) && /restore a backup/.test(error.message);
  await assert.rejects(store.read.selectFrom("setting").selectAll().execute(), told);
  await assert.rejects(put(store, "b"), told);
  await store.close();
});

inFolder("a damaged database is not taken for a backup", async (folder) => {
  await mkdir(join(folder, "copies"));
  const file = join(folder, "a.db");
  await withStore(file, (store) => put(store, "a").then(() => {}));
  await damageSettings(file);
  const store = await openSqlite({ file, clock });
  await assert.rejects(store.backup(join(folder, "copies", "copy.db")), { name: "StoreDamaged" });
  assert.deepEqual(await readdir(join(folder, "copies")), []);
  await store.close();
});

/** Changes one letter of what the file says a search index is. */
async function damageDescription(file: string): Promise<void> {
  const handle = await open(file, "r+");
  const at = (await handle.readFile()).lastIndexOf("content = ''");
  await handle.write("$", at + "content".length);
  await handle.close();
}

inFolder("a search index whose description is damaged is told when the database is opened, and taken for no backup", async (folder) => {
  await mkdir(join(folder, "copies"));
  const file = join(folder, "a.db");
  await withStore(file, (store) => put(store, "a").then(() => {}));
  const store = await openSqlite({ file, clock });
  await damageDescription(file);
  await assert.rejects(openSqlite({ file, clock }), { name: "StoreDamaged", message: /a\.db is damaged \(parse error in .*restore a backup/ });
  await assert.rejects(store.backup(join(folder, "copies", "copy.db")), { name: "StoreDamaged", message: /a\.db is damaged/ });
  assert.deepEqual(await readdir(join(folder, "copies")), []);
  await store.close();
});

inFolder("tables of an operator's own that this program cannot read are left alone", async (folder) => {
  const file = join(folder, "a.db");
  await withStore(file, (store) => put(store, "a").then(() => {}));
  const raw = new DatabaseSync(file);
  raw.exec(`create table "the ""best"" ones" (name text); create virtual table places using fts5 (name)`);
  raw.enableDefensive(false);
  raw.exec("pragma writable_schema = on; update sqlite_schema set sql = replace(sql, 'fts5', 'spatialindex') where name = 'places'");
  raw.close();
  await withStore(file, (store) => put(store, "b").then(() => {}));
});

inFolder("a database whose search index another process makes anew is opened all the same", async (folder) => {
  const file = join(folder, "a.db");
  await withStore(file, (store) => put(store, "a").then(() => {}));
  const busy = spawn(process.execPath, ["--eval", makeAnew, file], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await once(busy.stdout, "data");
    for (let n = 0; n < 100; n++) await (await openSqlite({ file, clock })).close();
  } finally {
    busy.kill("SIGKILL");
    await once(busy, "close");
  }
});

const makeAnew = `
  const raw = new (require("node:sqlite").DatabaseSync)(process.argv[1], { timeout: 5000 });
  const index = "create virtual table searched_part using fts5 (name, tokenize = 'trigram', detail = none, content = '', contentless_delete = 1)";
  console.log("begun");
  for (;;) raw.exec("begin immediate; drop table searched_part; commit; begin immediate; " + index + "; commit");`;

inFolder("a log that has gone into the database is empty, so that damage to it cannot put old pages over new ones", async (folder) => {
  const file = join(folder, "a.db");
  await withStore(file, async (store) => {
    const long = { key: "long", value: "x".repeat(5_000_000) };
    await store.write((tx) => tx.db.insertInto("setting").values(long).execute());
    const deadline = Date.now() + 10_000;
    while ((await stat(`${file}-wal`)).size > 0) {
      assert.ok(Date.now() < deadline, "the log has stayed as long as it was");
      await sleep(5);
    }
    assert.ok((await stat(file)).size > 5_000_000, "it has gone into the database");
    await put(store, "a");
    assert.equal((await store.read.selectFrom("setting").select("key").execute()).length, 2);
  });
});

inFolder("what a writer may undo is put aside in memory, and in files where a migration may rewrite all there is", async (folder) => {
  const writer = SqliteConnection.writer(join(folder, "a.db"));
  const [files, memory] = [1, 2];
  const place = async () => writer.raw.prepare("pragma temp_store").get()?.["temp_store"];
  assert.equal(await place(), memory);
  assert.equal(await writer.asideInFiles(place), files);
  await assert.rejects(
    writer.asideInFiles(() => Promise.reject(new Error("no such column"))),
    /no such column/,
  );
  assert.equal(await place(), memory);
  writer.close();
});
