import { type Holders, type Role, roles } from "./role.ts";

/**
 * §4 of SPEC.md, row by row: who may give a role away to whom, who must say yes, and who is told when it is done.
 * `himself`: the newcomer is the requester.
 */
export const policy = [
  { right: "admin", gives: ["tech", "billing"], to: "somebody else", approve: ["requester", "newcomer"], told: ["requester", "newcomer", "replaced"] },
  { right: "admin", gives: ["tech", "billing"], to: "himself", approve: ["requester"], told: ["requester", "replaced"] },
  { right: "admin", gives: ["admin"], to: "somebody else", approve: ["requester", "newcomer"], told: ["requester", "newcomer"] },
  { right: "tech", gives: ["tech"], to: "somebody else", approve: ["requester", "newcomer"], told: ["requester", "newcomer", "admin"] },
  { right: "billing", gives: ["billing"], to: "somebody else", approve: ["requester", "newcomer"], told: ["requester", "newcomer", "admin"] },
] as const satisfies readonly PolicyRow[];

type PolicyRow = {
  /** The role by which the requester may ask. */
  right: Role;
  gives: readonly Role[];
  to: "somebody else" | "himself";
  approve: readonly Party[];
  told: readonly Party[];
};

export type Party = "requester" | "newcomer" | "replaced" | "admin";

/** The row of §4 by which `requester` may hand `role` to `newcomer`, or undefined: the role is not his to give. The admin's row goes first. */
export function ruleFor(requester: number, role: Role, newcomer: number, holders: Holders): PolicyRow | undefined {
  const to = newcomer === requester ? "himself" : "somebody else";
  return policy.find((row) => holders[row.right] === requester && row.to === to && (row.gives as readonly Role[]).includes(role));
}

/** Whether `requester` may give `role` of this service to somebody (§4). */
export function mayGive(requester: number, role: Role, holders: Holders): boolean {
  return holders.admin === requester || holders[role] === requester;
}

/** The accounts whose answer a request needs: {requester, newcomer} without doubles (§4). */
export function approversOf(requester: number, newcomer: number): number[] {
  return [...new Set([requester, newcomer])];
}

export type Pair = { from: number; to: number; roles: Role[] };

/** What one call asks for, as one entry for each pair (from, to) in the order of `roles`; a role named with its present holder is no change (§4). */
export function pairsOf(wanted: Partial<Record<Role, number>>, holders: Holders): Pair[] {
  const pairs: Pair[] = [];
  for (const role of roles) {
    const to = wanted[role];
    const from = holders[role];
    if (to === undefined || to === from) continue;
    const pair = pairs.find((one) => one.from === from && one.to === to);
    if (pair) pair.roles.push(role);
    else pairs.push({ from, to, roles: [role] });
  }
  return pairs;
}
