import assert from "node:assert/strict";
import { test } from "node:test";
import { deeds, mayDo } from "../../src/domain/right.ts";
import type { Holders } from "../../src/domain/role.ts";

const holders: Holders = { admin: 1, tech: 2, billing: 3 };
const who = { admin: 1, tech: 2, billing: 3, nobody: 9 } as const;

test("§10: admin administers and runs, tech runs, billing pays; the others may not, with the reason", () => {
  const table = {
    admin: ["admin", "admin", "other-role"],
    tech: ["other-role", "tech", "other-role"],
    billing: ["other-role", "other-role", "billing"],
    nobody: ["no-role", "no-role", "no-role"],
  } as const;
  for (const name of ["admin", "tech", "billing", "nobody"] as const) {
    deeds.forEach((deed, i) => {
      const reason = table[name][i];
      assert.deepEqual(mayDo(deed, { id: who[name], active: true }, holders), {
        allowed: ["admin", "tech", "billing"].includes(reason ?? ""),
        reason,
      });
    });
  }
});

test("§10: a closed or suspended account may do nothing, whatever roles it holds", () => {
  for (const deed of deeds) assert.deepEqual(mayDo(deed, { id: 1, active: false }, holders), { allowed: false, reason: "account-inactive" });
});
