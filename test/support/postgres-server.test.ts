import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { startPostgres } from "./postgres-server.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const { folder, remove } = await temporaryFolder();
after(remove);

async function ask(url: string, question: string): Promise<unknown[]> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: question, rowMode: "array" });
    return rows.flat();
  } finally {
    await client.end();
  }
}

test("a PostgreSQL of the tests sorts as people do, keeps what was committed when it is killed, and leaves nothing", async () => {
  const server = await startPostgres(folder, { work_mem: "5MB" });
  try {
    const url = server.url("postgres");
    assert.deepEqual(await ask(url, "select x from (values ('b'), ('B'), ('a')) as t(x) order by x"), ["a", "b", "B"], "not the order of bytes");
    assert.deepEqual(await ask(url, "select current_setting('fsync'), current_setting('work_mem')"), ["on", "5MB"]);
    await ask(url, "create table kept as select 42 as n");
    const killed = server.pid;
    await server.kill();
    await server.start();
    assert.notEqual(server.pid, killed);
    assert.deepEqual(await ask(url, "select n from kept"), [42]);
  } finally {
    await server.stop();
  }
  assert.ok(!existsSync(server.folder));
});

const starts = `
import { startPostgres } from ${JSON.stringify(join(import.meta.dirname, "postgres-server.ts"))};
const server = await startPostgres(process.argv[1]);
console.log(JSON.stringify([server.pid, server.folder]));
setInterval(() => {}, 1000);
`;

test("it ends with the process that started it, however that ends", async () => {
  const parent = spawn(process.execPath, ["--input-type=module", "--eval", starts, folder], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const [pid, home] = JSON.parse(line.toString()) as [number, string];
  process.kill(pid, 0);
  parent.kill("SIGKILL");
  while (existsSync(home)) await sleep(20);
  assert.throws(() => process.kill(pid, 0), /ESRCH/);
});
