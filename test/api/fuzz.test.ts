import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { fuzzApi } from "../support/fuzz-api.ts";

const calls = Number(process.env["FUZZ_CALLS"] ?? 10_000);
const seed = Number(process.env["FUZZ_SEED"] ?? randomInt(2 ** 30));

test(`${calls} calls of every kind get no fault, no hang, no answer outside of the document`, async (t) => {
  t.diagnostic(`seed ${seed}`);
  const report = await fuzzApi({ calls, seed });
  t.diagnostic(JSON.stringify(report.statuses));
  assert.equal(report.calls, calls);
  assert.ok((report.statuses[200] ?? 0) > calls / 20, "hardly a call succeeded: the fuzzer does not reach what it is to try");
});
