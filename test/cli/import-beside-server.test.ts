import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { Run, startDemo } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { bigShop } from "./big-shop.ts";
import { withoutProgress } from "./without-progress.ts";

const { folder, remove } = await temporaryFolder();
after(remove);
const data = join(folder, "beside");

test("a running server answers and writes while a large file is imported", async () => {
  const demo = await startDemo(data);
  try {
    const file = join(folder, "shop.csv");
    writeFileSync(file, bigShop(30_000, 2000));
    const run = new Run(["import", file], { HANDOVER_DATA: data });
    let asked = 0;
    while (run.process.exitCode === null) {
      // Signing in writes: it needs the lock that the import holds half of the time, and is refused (503) where it waits too long.
      const answer = await signIn(demo.url);
      assert.ok(answer.status === 303 || (answer.status === 503 && answer.headers.has("Retry-After")), `answered ${answer.status}`);
      if (answer.status === 303) asked++;
    }
    const { code, err } = await run.ended;
    assert.deepEqual([code, withoutProgress(err)], [0, ""]);
    assert.ok(asked >= 3, `only ${asked} answers while the import ran`);
  } finally {
    assert.equal((await demo.stop()).code, 0);
  }
});

function signIn(url: string): Promise<Response> {
  const body = new URLSearchParams({ login: "aa100001-ovh", password: "correct horse battery" });
  return fetch(`${url}/sign-in`, { method: "POST", body, redirect: "manual", headers: { "Sec-Fetch-Site": "same-origin" } });
}

test("an export does not mind a reader who leaves", async () => {
  const { code, err, out } = await new Run(
    ["-c", '"$0" export services | head -n 3', join(import.meta.dirname, "../../bin/handover")],
    { HANDOVER_DATA: data },
    "/bin/sh",
  ).ended;
  assert.deepEqual([code, err], [0, ""]);
  assert.equal(out.split("\n").length, 4);
});
