import assert from "node:assert/strict";
import { test } from "node:test";
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
