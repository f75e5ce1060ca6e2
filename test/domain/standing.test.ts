import assert from "node:assert/strict";
import { test } from "node:test";
import { accountsToCheck, isLate } from "../../src/domain/standing.ts";

const change = { requester: 1, from: 3, to: 4 };

test("§4: by default the old and the new billing contact must not be behind, for the billing role only", () => {
  assert.deepEqual(accountsToCheck("billing", { ...change, roles: ["billing"] }), [3, 4]);
  assert.deepEqual(accountsToCheck("billing", { ...change, roles: ["tech", "billing"] }), [3, 4]);
  assert.deepEqual(accountsToCheck("billing", { ...change, roles: ["tech"] }), []);
  assert.deepEqual(accountsToCheck("billing", { ...change, roles: ["admin"] }), []);
});

test("§4: the policy `any` looks at every account concerned, whatever the role; `off` at nobody", () => {
  assert.deepEqual(accountsToCheck("any", { ...change, roles: ["tech"] }), [1, 3, 4]);
  assert.deepEqual(accountsToCheck("any", { requester: 4, from: 3, to: 4, roles: ["tech"] }), [4, 3]);
  assert.deepEqual(accountsToCheck("off", { ...change, roles: ["billing"] }), []);
});

test("§4: an invoice counts past its due date only: one that is open but not yet due does not", () => {
  assert.equal(isLate({ dueOn: "2026-01-14", paidOn: null }, "2026-01-15"), true);
  assert.equal(isLate({ dueOn: "2026-01-15", paidOn: null }, "2026-01-15"), false);
  assert.equal(isLate({ dueOn: "2026-01-16", paidOn: null }, "2026-01-15"), false);
  assert.equal(isLate({ dueOn: "2026-01-14", paidOn: "2026-01-15" }, "2026-01-15"), false);
});
