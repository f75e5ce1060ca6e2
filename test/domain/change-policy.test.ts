import assert from "node:assert/strict";
import { test } from "node:test";
import { approversOf, mayGive, pairsOf, ruleFor } from "../../src/domain/change-policy.ts";
import { type Holders, type Role, roles } from "../../src/domain/role.ts";

const cast = { alice: 1, bob: 2, carol: 3, dave: 4, mallory: 5 } as const;
type Name = keyof typeof cast;
const names = Object.keys(cast) as Name[];
const holders: Holders = { admin: cast.alice, tech: cast.bob, billing: cast.carol };

/** SPEC §4 once more, written as the lines of its table: requester, role, who approves, who is told besides. */
const table: Record<Name, Partial<Record<Role, (to: Name) => { approve: Name[]; told: string[] }>>> = {
  alice: {
    admin: (to) => ({ approve: ["alice", to], told: [] }),
    tech: (to) => ({ approve: to === "alice" ? ["alice"] : ["alice", to], told: ["replaced"] }),
    billing: (to) => ({ approve: to === "alice" ? ["alice"] : ["alice", to], told: ["replaced"] }),
  },
  bob: { tech: (to) => ({ approve: ["bob", to], told: ["admin"] }) },
  carol: { billing: (to) => ({ approve: ["carol", to], told: ["admin"] }) },
  dave: {},
  mallory: {},
};

for (const requester of names) {
  for (const role of roles) {
    for (const newcomer of names.filter((name) => cast[name] !== holders[role])) {
      const line = table[requester][role]?.(newcomer);
      test(`§4: ${requester} ${line ? "may" : "may not"} hand the ${role} role to ${newcomer === requester ? "himself" : newcomer}`, () => {
        const rule = ruleFor(cast[requester], role, cast[newcomer], holders);
        assert.equal(mayGive(cast[requester], role, holders), line !== undefined);
        assert.equal(rule !== undefined, line !== undefined);
        if (!line || !rule) return;
        assert.deepEqual(
          approversOf(cast[requester], cast[newcomer]),
          line.approve.map((name) => cast[name]),
        );
        assert.deepEqual(
          rule.told.filter((party) => party !== "requester" && party !== "newcomer"),
          line.told,
        );
      });
    }
  }
}

test("§4: an account that holds several roles has the rights of each", () => {
  const both: Holders = { admin: cast.alice, tech: cast.bob, billing: cast.bob };
  assert.equal(mayGive(cast.bob, "tech", both), true);
  assert.equal(mayGive(cast.bob, "billing", both), true);
  assert.equal(mayGive(cast.bob, "admin", both), false);
});

test("§4: an admin who is tech as well gives the tech role away as admin", () => {
  const own: Holders = { admin: cast.alice, tech: cast.alice, billing: cast.carol };
  assert.equal(ruleFor(cast.alice, "tech", cast.dave, own)?.right, "admin");
});

test("§4: a role named with its present holder is no change", () => {
  assert.deepEqual(pairsOf({ admin: cast.alice, tech: cast.bob, billing: cast.carol }, holders), []);
  assert.deepEqual(pairsOf({ admin: cast.alice, tech: cast.dave }, holders), [{ from: cast.bob, to: cast.dave, roles: ["tech"] }]);
});

test("§4: one call becomes one request for each pair (from, to), which may carry several roles", () => {
  const own: Holders = { admin: cast.alice, tech: cast.alice, billing: cast.carol };
  assert.deepEqual(pairsOf({ admin: cast.dave, tech: cast.dave, billing: cast.dave }, own), [
    { from: cast.alice, to: cast.dave, roles: ["admin", "tech"] },
    { from: cast.carol, to: cast.dave, roles: ["billing"] },
  ]);
});
