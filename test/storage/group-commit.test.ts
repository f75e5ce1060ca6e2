import assert from "node:assert/strict";
import { renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { mock, test } from "node:test";
import { sql } from "kysely";
import { GroupCommit } from "../../src/storage/group-commit.ts";
import { SqliteConnection } from "../../src/storage/sqlite-connection.ts";
import { StoreInDoubt, StoreUnavailable, type Transaction } from "../../src/storage/store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

type Stage = { group: GroupCommit; connection: SqliteConnection; raw: DatabaseSync; file: string; notes: () => string[]; commands: () => string[] };

/** A database with one table `note`; `notes` are those that others see, `commands` what was run as plain text: BEGIN, COMMIT, savepoints. */
function onStage(name: string, story: (stage: Stage) => Promise<void>): void {
  void test(name, async () => {
    const { folder, remove } = await temporaryFolder();
    const file = join(folder, "notes.db");
    const connection = SqliteConnection.writer(file);
    connection.raw.exec("create table note (text text primary key); create table page (note text references note)");
    const observer = new DatabaseSync(file, { readOnly: true });
    const exec = mock.method(connection.raw, "exec");
    const group = new GroupCommit(connection, Date.now, 1000);
    const notes = () =>
      observer
        .prepare("select text from note order by text")
        .all()
        .map((row) => String(row["text"]));
    const commands = () => exec.mock.calls.map((call) => call.arguments[0]);
    try {
      await story({ group, connection, raw: connection.raw, file, notes, commands });
    } finally {
      await group.close();
      observer.close();
      connection.close();
      await remove();
    }
  });
}

const note = (tx: Transaction, text: string) => sql`insert into note values (${text})`.execute(tx.db);
const writeAll = (group: GroupCommit, texts: string[]) => Promise.allSettled(texts.map((text) => group.write((tx) => note(tx, text))));
const reasons = (ends: PromiseSettledResult<unknown>[]): unknown[] => ends.map((end): unknown => (end.status === "rejected" ? end.reason : undefined));
const allLost = (ends: PromiseSettledResult<unknown>[]) => reasons(ends).every((reason) => reason instanceof StoreUnavailable);

onStage("writers that wait share one commit", async ({ group, notes, commands }) => {
  await writeAll(group, ["a", "b", "c"]);
  assert.deepEqual(notes(), ["a", "b", "c"]);
  assert.equal(commands().filter((command) => command === "commit").length, 1);
});

onStage("a group is bounded, and the event loop has its turn between two groups", async ({ group, commands }) => {
  let turns = 0;
  const count = setInterval(() => turns++, 0);
  const texts = Array.from({ length: 640 }, (_, n) => `${n}`);
  await writeAll(group, texts);
  clearInterval(count);
  assert.equal(commands().filter((command) => command === "commit").length, 10);
  assert.ok(turns > 0, "no timer could fire");
});

onStage("those who write again and again share their commits with all others, whoever was answered first", async ({ group, commands }) => {
  const [writers, writes] = [8, 20];
  // However busy the machine is: a round of the event loop takes 10 µs.
  let now = 0;
  const clock = mock.method(performance, "now", () => (now += 0.01));
  const writeOften = async (writer: number) => {
    for (let n = 0; n < writes; n++) {
      await group.write((tx) => note(tx, `${writer} ${n}`));
      // As long as one who has an answer takes to ask again: some are back when others are not.
      for (let round = 0; round < writer % 4; round++) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  try {
    await Promise.all(Array.from({ length: writers }, (_, writer) => writeOften(writer)));
  } finally {
    clock.mock.restore();
  }
  const commits = commands().filter((command) => command === "commit").length;
  assert.ok(commits <= writes * 1.5, `${commits} commits for ${writes} writes of each`);
});

onStage("who writes alone waits for nobody", async ({ group }) => {
  await writeAll(group, ["a", "b", "c", "d"]);
  const turnsOf = async (text: string) => {
    let turns = 0;
    const count = (): void => void (turns++, (next = setImmediate(count)));
    let next = setImmediate(count);
    await group.write((tx) => note(tx, text));
    clearImmediate(next);
    return turns;
  };
  for (let n = 0; n < 30; n++) await turnsOf(`${n}`);
  assert.ok((await turnsOf("alone")) <= 3);
});

onStage("nobody is answered before the commit, refusals included", async ({ group, raw, notes }) => {
  const answeredInside: boolean[] = [];
  const answer = () => answeredInside.push(raw.isTransaction || !notes().includes("last"));
  const refused = group.write(async () => Promise.reject(new Error("no"))).catch(answer);
  const first = group.write((tx) => note(tx, "first")).then(answer);
  const last = group.write((tx) => note(tx, "last")).then(answer);
  await Promise.all([refused, first, last]);
  assert.deepEqual(answeredInside, [false, false, false]);
});

onStage("bodies never interleave", async ({ group }) => {
  const steps: string[] = [];
  const work = (name: string) => async () => {
    for (let step = 0; step < 3; step++) {
      steps.push(name);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await Promise.all(["a", "b", "c"].map((name) => group.write(work(name))));
  assert.equal(steps.join(""), "aaabbbccc");
});

onStage("a transaction that SQLite rolls back takes the whole group along, and nothing slips in behind it", async ({ group, raw, notes }) => {
  raw.exec("create trigger burst before insert on note when new.text = 'burst' begin select raise(rollback, 'burst'); end");
  const ends = await Promise.allSettled([
    group.write((tx) => note(tx, "before")),
    group.write(async (tx) => {
      await note(tx, "burst").catch(() => {});
      await note(tx, "would be committed by itself").catch(() => {});
    }),
    group.write((tx) => note(tx, "after")),
  ]);
  assert.ok(allLost(ends));
  assert.deepEqual(notes(), []);
  await group.write((tx) => note(tx, "next"));
  assert.deepEqual(notes(), ["next"]);
});

onStage("a commit that fails is rolled back and tells everybody", async ({ group, raw, notes }) => {
  const dangling = group.write(async (tx) => {
    await sql`pragma defer_foreign_keys = on`.execute(tx.db);
    await sql`insert into page values ('missing')`.execute(tx.db);
  });
  const refused = group.write(async () => Promise.reject(new Error("no")));
  const ends = await Promise.allSettled([group.write((tx) => note(tx, "a")), dangling, refused]);
  assert.ok(allLost(ends));
  assert.equal(raw.isTransaction, false);
  assert.deepEqual(notes(), []);
  await group.write((tx) => note(tx, "next"));
  assert.deepEqual(notes(), ["next"]);
});

onStage("a disk that fails over a commit leaves it in doubt, and the next group goes on", async ({ group, raw, notes }) => {
  const exec = raw.exec.bind(raw);
  raw.exec = (text) => {
    if (text === "commit") throw Object.assign(new Error("disk I/O error"), { errcode: 1034 });
    exec(text);
  };
  const ends = await Promise.allSettled([group.write((tx) => note(tx, "a")), group.write((tx) => note(tx, "b"))]);
  assert.ok(ends.every((end) => end.status === "rejected" && end.reason instanceof StoreInDoubt));
  raw.exec = exec;
  await group.write((tx) => note(tx, "next"));
  assert.deepEqual(notes(), ["next"]);
});

onStage("a full disk is told as such, and what fits goes on", async ({ group, raw, notes }) => {
  const pages = Number(raw.prepare("pragma page_count").get()?.["page_count"]);
  raw.exec(`pragma max_page_count = ${pages + 1}`);
  await assert.rejects(
    group.write((tx) => note(tx, "x".repeat(100_000))),
    StoreUnavailable,
  );
  await group.write((tx) => note(tx, "small"));
  assert.deepEqual(notes(), ["small"]);
});

onStage("the lock of another connection is waited for, while the event loop goes on", async ({ group, file, notes }) => {
  const other = new DatabaseSync(file, { timeout: 0 });
  other.exec("begin immediate; insert into note values ('other')");
  setTimeout(() => other.exec("commit"), 60);
  await group.write((tx) => note(tx, "mine"));
  assert.deepEqual(notes(), ["mine", "other"]);
  other.close();
});

onStage("a lock that is not given back ends in StoreUnavailable, until it is", async ({ group, file, notes }) => {
  const other = new DatabaseSync(file, { timeout: 0 });
  other.exec("begin immediate");
  assert.ok(allLost(await writeAll(group, ["a", "b"])));
  other.exec("rollback");
  await group.write((tx) => note(tx, "c"));
  assert.deepEqual(notes(), ["c"]);
  other.close();
});

onStage("work that awaits more than SQL is given up, and holds nobody up for ever", async ({ group, notes }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const stuck = group.write(async (tx) => {
      await note(tx, "stuck");
      mock.timers.tick(5_000);
      await new Promise(() => {});
    });
    const ends = await Promise.allSettled([stuck, group.write((tx) => note(tx, "next"))]);
    assert.match(String(reasons(ends)[0]), /nothing but SQL/);
    assert.deepEqual(notes(), ["next"]);
  } finally {
    mock.timers.reset();
  }
});

onStage("what fails between two groups is told to who waits, and the next write goes on", async ({ group, notes, connection }) => {
  mock.method(connection, "shortenLog", () => {
    throw Object.assign(new Error("EIO: i/o error, stat"), { code: "EIO" });
  });
  assert.ok(allLost(await writeAll(group, ["a"])));
  mock.restoreAll();
  await group.write((tx) => note(tx, "next"));
  assert.deepEqual(notes(), ["next"]);
});

onStage("a log whose length the disk does not tell hinders no write", async ({ group, file, notes }) => {
  await group.write((tx) => note(tx, "a"));
  const log = `${file}-wal`;
  renameSync(log, `${log}.away`);
  symlinkSync(log, log);
  await group.write((tx) => note(tx, "b"));
  assert.deepEqual(reasons(await writeAll(group, ["c", "d"])), [undefined, undefined]);
  rmSync(log);
  renameSync(`${log}.away`, log);
  assert.deepEqual(notes(), ["a", "b", "c", "d"]);
});

onStage("a hint that fails keeps nobody from the answer", async ({ group, notes }) => {
  const hinting = group.write(async (tx) => {
    tx.afterCommit(() => {
      throw new Error("nobody listens");
    });
    await note(tx, "a");
  });
  await Promise.all([hinting, group.write((tx) => note(tx, "b"))]);
  await group.write((tx) => note(tx, "c"));
  assert.deepEqual(notes(), ["a", "b", "c"]);
});

onStage("streams are refused in a transaction", async ({ group }) => {
  const streamed = group.write(async (tx) => {
    for await (const row of tx.db.selectFrom("setting").selectAll().stream()) return row;
    return undefined;
  });
  await assert.rejects(streamed, /no streams in a transaction/);
});
