import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { toldError } from "../../src/api/told-error.ts";
import { StoreInDoubt, StoreUnavailable } from "../../src/storage/store.ts";
import { createWorld } from "../support/world.ts";

test("a database that is away is told as 503 with when to come again, never as a word on the caller", async (t) => {
  const { context, close } = await createWorld();
  t.after(close);
  const away = toldError(context, "ext.1", new StoreUnavailable("away"));
  assert.deepEqual([away.status, away.retryAfter], [503, 5]);
  assert.match(JSON.stringify(away.body), /nothing was done/);
  const inDoubt = toldError(context, "ext.1", new StoreInDoubt("away"));
  assert.deepEqual([inDoubt.status, inDoubt.retryAfter], [503, 5]);
  assert.match(JSON.stringify(inDoubt.body), /not known whether this was done.*same Idempotency-Key is safe/);
});

test("a database that is away is logged with why, each kind once in some seconds, whoever asked", async (t) => {
  const { context, close } = await createWorld();
  t.after(close);
  const lines: string[] = [];
  const log = pino({ level: "warn" }, { write: (line) => lines.push(line) });
  const because = (code: string) => new StoreUnavailable("away", { cause: Object.assign(new Error(`it said ${code}`), { code }) });
  for (let call = 1; call <= 50; call++) toldError({ ...context, log }, `ext.${call}`, because("ECONNREFUSED"));
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /"level":40.*it said ECONNREFUSED.*"queryId":"ext\.1"/);
  for (const other of [because("55P03"), new StoreInDoubt("away")]) toldError({ ...context, log }, "ext.51", other);
  assert.equal(lines.length, 3);
});
