import assert from "node:assert/strict";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { type Ended, handover, Run, secret } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { folder, remove } = await temporaryFolder();
const backup = join(folder, "backup.db");
after(remove);

/** Data as it was when the backup was made: Alice and Bob. */
function startOver(name: string): string {
  const data = join(folder, name);
  cpSync(join(folder, "origin"), data, { recursive: true });
  return data;
}

async function addAccount(data: string, name: string): Promise<void> {
  const { code, err } = await handover(data, ["account", "create", "--name", name, "--email", `${name.toLowerCase()}@example.com`]);
  assert.equal(code, 0, err);
}

function peopleIn(file: string): string[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return db
      .prepare("select name from account order by id")
      .all()
      .map((row) => String(row["name"]));
  } finally {
    db.close();
  }
}

const databaseIn = (data: string): string => join(data, "handover.db");
const keptIn = (data: string): string[] => readdirSync(data).filter((name) => name.startsWith("handover-before-") && name.endsWith(".db"));

before(async () => {
  const data = join(folder, "origin");
  await handover(data, ["migrate"]);
  for (const one of ["Alice", "Bob"]) await addAccount(data, one);
  assert.equal((await handover(data, ["backup", backup])).code, 0);
});

describe("handover restore", () => {
  test("brings back what the backup holds, keeps what was there, and leaves the backup as it is", async () => {
    const data = startOver("usual");
    await addAccount(data, "Carol");
    const bytes = readFileSync(backup);
    const { code, out, err } = await handover(data, ["restore", backup]);
    assert.equal(code, 0, err);
    assert.deepEqual(peopleIn(databaseIn(data)), ["Alice", "Bob"]);
    const [kept = ""] = keptIn(data);
    assert.match(out, new RegExp(kept));
    assert.deepEqual(peopleIn(join(data, kept)), ["Alice", "Bob", "Carol"]);
    assert.deepEqual(readFileSync(backup), bytes);
    assert.equal(statSync(databaseIn(data)).mode & 0o777, 0o600);
    await addAccount(data, "Dave");
    assert.deepEqual(peopleIn(databaseIn(data)), ["Alice", "Bob", "Dave"]);
  });

  test("works elsewhere, in a folder that does not exist yet", async () => {
    const data = join(folder, "else/where");
    const { code, err } = await handover(data, ["restore", backup]);
    assert.equal(code, 0, err);
    assert.deepEqual(readdirSync(data), ["handover.db"]);
    assert.deepEqual(peopleIn(databaseIn(data)), ["Alice", "Bob"]);
  });

  test("lets nobody else read the database, whoever may read the backup", async () => {
    const open = join(folder, "open-to-all.db");
    for (const mode of [0o644, 0o400]) {
      const data = startOver(`mode-${mode.toString(8)}`);
      copyFileSync(backup, open);
      chmodSync(open, mode);
      const { code, err } = await handover(data, ["restore", open]);
      assert.equal(code, 0, err);
      assert.equal(statSync(databaseIn(data)).mode & 0o777, 0o600);
      rmSync(open);
    }
  });

  test("leaves out what a killed server had not yet brought into the file", async () => {
    const data = startOver("log");
    const writer = new DatabaseSync(databaseIn(data));
    writer.exec("pragma wal_autocheckpoint = 0; update account set name = 'Mallory'");
    const log = readFileSync(`${databaseIn(data)}-wal`);
    const file = readFileSync(databaseIn(data));
    writer.close();
    writeFileSync(databaseIn(data), file);
    writeFileSync(`${databaseIn(data)}-wal`, log);
    assert.equal((await handover(data, ["restore", backup])).code, 0);
    assert.deepEqual(peopleIn(databaseIn(data)), ["Alice", "Bob"]);
    assert.deepEqual(peopleIn(join(data, keptIn(data)[0] ?? "")), ["Mallory", "Mallory"]);
  });

  test("refuses while somebody has the database open, and changes nothing", async () => {
    const data = startOver("open");
    await addAccount(data, "Carol");
    const server = new DatabaseSync(databaseIn(data));
    server.prepare("select * from account").all();
    const { code, err } = await handover(data, ["restore", backup]);
    server.close();
    assert.equal(code, 1);
    assert.match(err, /Stop the server first/);
    assert.deepEqual(peopleIn(databaseIn(data)), ["Alice", "Bob", "Carol"]);
    assert.deepEqual(keptIn(data), []);
  });

  test("wants backups in a folder that is there", async () => {
    const { code, err } = await handover(startOver("nowhere"), ["backup", join(folder, "no-folder", "a.db")]);
    assert.deepEqual([code, /The folder .*no-folder does not exist\./.test(err)], [1, true], err);
  });

  test("refuses what is no whole backup, and changes nothing", async () => {
    const data = startOver("whole");
    const half = join(folder, "half.db");
    copyFileSync(backup, half);
    truncateSync(half, Math.floor(statSync(backup).size / 2 / 4096) * 4096);
    const text = join(folder, "text.db");
    writeFileSync(text, "not a database, but long enough to look like one".repeat(100));
    const dump = join(folder, "handover.dump");
    writeFileSync(dump, "PGDMP\x01\x0e");
    const other = join(folder, "other.db");
    new DatabaseSync(other).exec("create table thing (id integer)");
    const withLog = join(folder, "with-log.db");
    copyFileSync(backup, withLog);
    writeFileSync(`${withLog}-wal`, "something");
    const reasons = {
      [half]: /no whole backup/,
      [text]: /text\.db is no Handover backup/,
      [dump]: /is a dump of PostgreSQL: restore it with pg_restore/,
      [other]: /no database of this program/,
      [withLog]: /holds a part of it/,
    };
    for (const [file, reason] of Object.entries(reasons)) {
      const { code, err } = await handover(data, ["restore", file]);
      assert.deepEqual([code, reason.test(err)], [1, true], err);
    }
    assert.deepEqual(readdirSync(data), ["handover.db"]);
    assert.deepEqual(peopleIn(databaseIn(data)), ["Alice", "Bob"]);
  });

  test("refuses a file that is not there, the database itself, and a backup made with another secret", async () => {
    const data = startOver("refused");
    for (const file of [join(folder, "none.db"), databaseIn(data)]) assert.equal((await handover(data, ["restore", file])).code, 2);
    const { code, err } = await handover(data, ["restore", backup], { HANDOVER_SECRET: "another secret that is long enough for it" });
    assert.deepEqual([code, /made with another secret/.test(err)], [2, true], err);
  });

  test("takes a backup from before the secret was replaced with both, and then runs with the new one alone", async () => {
    const data = startOver("replaced");
    const fresh = "a newer secret that is long enough for it";
    const withSecret = (secrets: string, args: string[]): Promise<Ended> => handover(data, args, { HANDOVER_SECRET: secrets });
    for (const secrets of [`${fresh},${secret}`, fresh]) assert.equal((await withSecret(secrets, ["migrate"])).code, 0);
    const refused = await withSecret(fresh, ["restore", backup]);
    assert.deepEqual([refused.code, /as with an older backup.*NEW,OLD/.test(refused.err)], [2, true], refused.err);
    assert.equal((await withSecret(`${fresh},${secret}`, ["restore", backup])).code, 0);
    for (const secrets of [`${fresh},${secret}`, fresh]) assert.equal((await withSecret(secrets, ["migrate"])).code, 0);
  });

  test("refuses a backup of a newer version, as every command does its database: with what to do", async () => {
    const newer = join(folder, "newer.db");
    copyFileSync(backup, newer);
    const later = new DatabaseSync(newer);
    later.exec("insert into migration (name, at) values ('999-future', 1)");
    later.close();
    const data = startOver("older");
    const refused = [await handover(data, ["restore", newer])];
    copyFileSync(newer, databaseIn(data));
    for (const args of [["export"], ["migrate"]]) refused.push(await handover(data, args));
    for (const { code, err } of refused)
      assert.deepEqual([code, /newer version of this program \(999-future\)\. Run that version, or restore/.test(err)], [2, true], err);
  });

  test("refuses a second name of the database, as a restore that was cut off leaves it: its log has another", async () => {
    const data = startOver("linked");
    const second = join(data, "handover-before-2026-11-21T12-00-00.db");
    linkSync(databaseIn(data), second);
    const { code, err } = await handover(data, ["restore", second]);
    assert.deepEqual([code, /the database itself by another name/.test(err)], [2, true], err);
  });

  test("keeps the log of a damaged database beside it, and says so", async () => {
    const data = join(folder, "damaged-with-log");
    mkdirSync(data);
    writeFileSync(databaseIn(data), "this was a database".repeat(1000));
    writeFileSync(`${databaseIn(data)}-wal`, "and this its log");
    const { code, out, err } = await handover(data, ["restore", "--damaged", backup]);
    assert.equal(code, 0, err);
    const log = join(data, `${keptIn(data)[0]}-wal`);
    assert.ok(out.includes(log), out);
    assert.equal(readFileSync(log, "utf8"), "and this its log");
  });

  test("replaces a damaged database when it is told that nothing uses it", async () => {
    const data = join(folder, "damaged");
    mkdirSync(data);
    writeFileSync(databaseIn(data), "this was a database".repeat(1000));
    const refused = await handover(data, ["restore", backup]);
    assert.deepEqual([refused.code, /say --damaged/.test(refused.err)], [1, true], refused.err);
    const { code, err } = await handover(data, ["restore", "--damaged", backup]);
    assert.equal(code, 0, err);
    assert.deepEqual(peopleIn(databaseIn(data)), ["Alice", "Bob"]);
    assert.equal(readFileSync(join(data, keptIn(data)[0] ?? ""), "utf8"), "this was a database".repeat(1000));
  });

  test("leaves PostgreSQL to its own tools, without telling the password", async () => {
    const { code, err } = await new Run(["restore", backup], { HANDOVER_SECRET: secret, HANDOVER_DATABASE_URL: "postgres://me:hunter2@db.example/handover" })
      .ended;
    assert.equal(code, 2);
    assert.match(err, /createdb --owner='me' .*\n.*pg_restore .*--role='me' --dbname='handover_restored' /);
    assert.doesNotMatch(err, /hunter2/);
    assert.ok(existsSync(backup));
  });
});
