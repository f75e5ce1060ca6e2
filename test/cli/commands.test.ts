import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { binary, handover, Run } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { folder, remove } = await temporaryFolder();
after(remove);
const data = join(folder, "data");
const run = (...args: string[]) => handover(data, args);

describe("every command", { concurrency: 4 }, () => {
  const commands = ["demo", "serve", "migrate", "may", "import", "export", "backup", "restore"];
  const nested = {
    account: ["create", "suspend", "resume", "close"],
    service: ["order", "renew", "lock", "unlock", "remove"],
    invoice: ["add", "pay"],
    mail: ["list", "retry"],
  };
  for (const name of [...commands, ...Object.entries(nested).flatMap(([group, names]) => names.map((one) => `${group} ${one}`))]) {
    test(`${name} has help with an example`, async () => {
      const { code, out } = await run(...name.split(" "), "--help");
      assert.equal(code, 0);
      assert.match(out, new RegExp(`\\n.*handover ${name}`));
    });
  }
  test("is listed in the help", async () => {
    const { code, out } = await run("--help");
    assert.equal(code, 0);
    for (const name of [...commands, ...Object.keys(nested)]) assert.match(out, new RegExp(`\\n  ${name}[ \\n]`));
  });
  test("says in its help which options it cannot do without", async () => {
    const { out } = await run("invoice", "add", "--help");
    const required = [...out.matchAll(/^ +--(\w+) <[^>]+> .*\(required\)$/gm)].map(([, name]) => name);
    assert.deepEqual(required, ["account", "amount", "currency", "due"]);
  });
  test("ends with 2 when it does not exist or lacks what it needs, and says so on stderr", async () => {
    for (const args of [["nonsense"], ["account", "create"], ["backup"], ["export", "people"]]) {
      const { code, out, err } = await run(...args);
      assert.equal(code, 2, args.join(" "));
      assert.equal(out, "");
      assert.match(err, /error: .*\n.*--help/s);
    }
  });
});

describe("the program file", () => {
  test("runs from any folder and through any link", async () => {
    mkdirSync(join(folder, "here"));
    symlinkSync(binary, join(folder, "absolute"));
    symlinkSync("../absolute", join(folder, "here/relative"));
    const ended = await new Run(["--version"], {}, join(folder, "here/relative")).ended;
    assert.deepEqual([ended.code, ended.err], [0, ""]);
    assert.match(ended.out, /^[0-9]+\.[0-9]+\.[0-9]+\n$/);
  });
});

describe("setting it up", () => {
  test("serve tells all that is missing at once, by name, and ends with 2", async () => {
    const { code, err } = await new Run(["serve"], { HANDOVER_DATA: data, PORT: "many", HANDOVER_REALMS: "x" }).ended;
    assert.equal(code, 2);
    for (const name of ["PORT", "HANDOVER_REALMS", "HANDOVER_SECRET", "HANDOVER_BASE_URL", "HANDOVER_SMTP_URL"]) assert.match(err, new RegExp(`\n  ${name}: `));
  });
  test("a folder without a database is told, and not filled", async () => {
    const { code, err } = await run("mail", "list");
    assert.equal(code, 2);
    assert.match(err, /There is no database.*handover migrate/);
  });
  test("without a secret the operator hears which one is needed", async () => {
    const { code, err } = await handover(data, ["mail", "list"], { HANDOVER_SECRET: "" });
    assert.equal(code, 2);
    assert.match(err, /HANDOVER_SECRET is not set/);
  });
});
