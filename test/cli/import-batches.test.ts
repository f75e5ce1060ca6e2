import assert from "node:assert/strict";
import { test } from "node:test";
import { sizeAfter } from "../../src/cli/import/write-file.ts";

test("an import writes at once what takes a tenth of a second, so that others need not wait longer for the lock", () => {
  assert.equal(sizeAfter(1024, 100), 1024);
  assert.equal(sizeAfter(4096, 200), 2048);
  assert.equal(sizeAfter(1024, 75), 1280);
});

test("an import tries at most twice as many lines as before, and neither too few nor too many for a transaction", () => {
  assert.equal(sizeAfter(1024, 1), 2048);
  assert.equal(sizeAfter(8192, 50), 8192);
  assert.equal(sizeAfter(1024, 0), 2048);
  assert.equal(sizeAfter(1024, 60_000), 256);
});
