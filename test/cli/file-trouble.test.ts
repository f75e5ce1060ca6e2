import assert from "node:assert/strict";
import { chmodSync, chownSync, copyFileSync, cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { binary, type Ended, handover, Run, secret } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { folder, remove } = await temporaryFolder();
const isRoot = process.getuid?.() === 0;
const backup = join(folder, "backup.db");
const file = join(folder, "shop.csv");

/** Whose file it is where root runs the tests: somebody's who runs nothing here. */
const somebody = 65534;

/** Who may do everything has no wrong rights: commands of root's are run without the power to pass by them, and the files are not root's. */
function asStranger(data: string, args: readonly string[]): Promise<Ended> {
  const environment = {
    HANDOVER_DATA: data,
    HANDOVER_SECRET: secret,
    HANDOVER_BASE_URL: "https://contacts.example.com",
    HANDOVER_SMTP_URL: "smtp://127.0.0.1:1",
    PORT: "0",
  };
  if (!isRoot) return new Run(args, environment).ended;
  return new Run(["--bounding-set=-dac_override,-dac_read_search", binary, ...args], environment, "setpriv").ended;
}

function giveAway(path: string): void {
  if (isRoot) chownSync(path, somebody, somebody);
}

before(async () => {
  const data = join(folder, "origin");
  await handover(data, ["migrate"]);
  assert.equal((await handover(data, ["backup", backup])).code, 0);
  writeFileSync(file, "handle,name,email\naa100001-ovh,Alice,alice@example.com\n");
  chmodSync(folder, 0o755);
});
after(remove);

let count = 0;

/** A data folder of its own, with these rights; whoever is not root owns it all the same. */
function dataWith(rights: { folder: number; database: number }): string {
  const data = join(folder, `data-${++count}`);
  cpSync(join(folder, "origin"), data, { recursive: true });
  chmodSync(join(data, "handover.db"), rights.database);
  chmodSync(data, rights.folder);
  for (const path of [join(data, "handover.db"), data]) giveAway(path);
  return data;
}

const owner = isRoot ? /It belongs to \S+: run this as that user/ : /Give it that right/;

async function refuses(data: string, args: readonly string[], words: RegExp): Promise<void> {
  const { code, err } = await asStranger(data, args);
  const line = err.split("\n").find((one) => one.startsWith("handover: ")) ?? "";
  assert.deepEqual([code, words.test(line), owner.test(line), /\n {4}at /.test(err)], [2, true, true, false], `${args.join(" ")}: ${err}`);
}

describe("what a command may not do to a file is told in one line: what, to which file, and whose it is", () => {
  test("a database that it may not read or write", async () => {
    const data = dataWith({ folder: 0o755, database: 0o000 });
    for (const args of [["serve"], ["export"], ["migrate"]]) await refuses(data, args, /may not read \S+\/handover\.db\./);
    const readable = dataWith({ folder: 0o777, database: 0o444 });
    for (const args of [["serve"], ["import", file], ["restore", copyOf(backup, 0o644)]]) await refuses(readable, args, /may not write \S+\/handover\.db\./);
  });

  test("a folder that it may not write into", async () => {
    const data = dataWith({ folder: 0o555, database: 0o666 });
    for (const args of [["export"], ["serve"], ["restore", copyOf(backup, 0o644)]]) await refuses(data, args, /may not write into \S+\/data-\d+\./);
  });

  test("a folder that it may not look into, where a database may well be", async () => {
    const data = dataWith({ folder: 0o600, database: 0o600 });
    for (const args of [["export"], ["serve"], ["copy", "--to", "postgres://127.0.0.1:1/none"]]) await refuses(data, args, /may not look into \S+\/data-\d+\./);
    chmodSync(data, 0o700);
  });

  test("a file that it is to take, and a folder for a backup", async () => {
    const data = dataWith({ folder: 0o777, database: 0o666 });
    await refuses(data, ["restore", copyOf(backup, 0o000)], /may not read \S+\.db\./);
    await refuses(data, ["import", copyOf(file, 0o000)], /may not read \S+\.csv\./);
    const closed = join(folder, "closed");
    mkdirSync(closed, { mode: 0o555 });
    giveAway(closed);
    await refuses(data, ["backup", join(closed, "new.db")], /may not write into \S+\/closed\./);
  });
});

function copyOf(from: string, mode: number): string {
  const to = join(folder, `${++count}-${from.split("/").at(-1)}`);
  copyFileSync(from, to);
  chmodSync(to, mode);
  giveAway(to);
  return to;
}

test("a disk that takes no whole backup is told as that of the backup, not of the database", async () => {
  const to = join(folder, "too-large.db");
  // No file of this process may be larger: the same to SQLite as a disk that does not take it.
  const limited = new Run(["-c", 'ulimit -f 100; exec "$0" backup "$1"', binary, to], { HANDOVER_DATA: join(folder, "origin"), HANDOVER_SECRET: secret }, "sh");
  const { code, err } = await limited.ended;
  assert.equal(code, 1);
  assert.match(err, /^handover: The backup could not be written: the disk does not take it \(disk I\/O error\) in \S+, and it needs 0\.\d MB\n$/);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes("too-large")),
    [],
  );
});

describe("a folder where a file is wanted, or a file where a folder is", () => {
  for (const [what, args, words] of [
    ["taken", ["restore", folder], /is a folder\. Name a file that `handover backup` wrote/],
    ["imported", ["import", folder], /is a folder\. Name a file/],
  ] as const)
    test(`is told as such when it is ${what}`, async () => {
      const { code, err } = await handover(join(folder, "origin"), args);
      assert.deepEqual([code, words.test(err), err.trim().split("\n").length], [2, true, 1], err);
    });

  test("is told as such in the place of the data", async () => {
    const data = join(folder, "with-folder");
    mkdirSync(join(data, "handover.db"), { recursive: true });
    for (const args of [["export"], ["restore", backup]]) {
      const { code, err } = await handover(data, args);
      assert.deepEqual([code, /handover\.db.* is a folder/.test(err), err.trim().split("\n").length], [2, true, 1], err);
    }
    const { code, err } = await handover(file, ["migrate"]);
    assert.deepEqual([code, /shop\.csv is a file, and a folder is wanted/.test(err), err.trim().split("\n").length], [2, true, 1], err);
  });
});
