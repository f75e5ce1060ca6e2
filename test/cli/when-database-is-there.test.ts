import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog } from "../../src/cli/create-log.ts";
import { whenDatabaseIsThere } from "../../src/cli/when-database-is-there.ts";
import { StoreUnavailable } from "../../src/storage/store.ts";

const url = "postgres://handover:hunter2@db.example:5432/handover";

test("a start that is given up because the database does not answer says so in the log's own form, without the password", async () => {
  const lines: { level: number; msg: string; reason: string }[] = [];
  const log = createLog("info", { write: (text) => void lines.push(JSON.parse(text) as (typeof lines)[number]) });
  const away = new StoreUnavailable("away", { cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }) });
  await assert.rejects(
    whenDatabaseIsThere(() => Promise.reject(away), { url, log, patience: 500 }),
    away,
  );
  assert.deepEqual(
    lines.map(({ level, msg }) => [level, msg]),
    [
      [40, "waiting for the database"],
      [60, "the database does not answer; the start is given up"],
    ],
  );
  assert.match(lines[1]?.reason ?? "", /^Nothing listens at db\.example:5432/);
  assert.doesNotMatch(JSON.stringify(lines), /hunter2/);
});
