import assert from "node:assert/strict";
import { test } from "node:test";
import { pooledRandom } from "../../src/auth/pooled-random.ts";

test("as many bytes as are asked for, none twice, also where the pool ends", () => {
  const seen = new Set<string>();
  for (let time = 0; time < 2000; time++) {
    const bytes = pooledRandom(9);
    assert.equal(bytes.length, 9);
    seen.add(bytes.toString("hex"));
  }
  assert.equal(seen.size, 2000);
  assert.equal(pooledRandom(10_000).length, 10_000);
  assert.equal(pooledRandom(0).length, 0);
});

test("what was given stays as it is when more is asked for", () => {
  const first = pooledRandom(32);
  const copy = first.toString("hex");
  for (let time = 0; time < 300; time++) pooledRandom(32);
  assert.equal(first.toString("hex"), copy);
  assert.notEqual(copy, "00".repeat(32));
});

test("every byte is as likely as the others", () => {
  const counts = Array.from({ length: 256 }, () => 0);
  for (let time = 0; time < 2560; time++) for (const byte of pooledRandom(100)) counts[byte] = (counts[byte] ?? 0) + 1;
  // 1,000 each, with a standard deviation of 32.
  assert.ok(Math.min(...counts) > 800 && Math.max(...counts) < 1200, `${Math.min(...counts)} to ${Math.max(...counts)}`);
});
