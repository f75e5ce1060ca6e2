import type { Role } from "./role.ts";

/** Whose debts stop a change (§4): those of the old and new billing contact, of every account concerned, or nobody's. */
export const standingPolicies = ["billing", "any", "off"] as const;

export type StandingPolicy = (typeof standingPolicies)[number];

/** The accounts whose invoices have to be in order for this change, without doubles. */
export function accountsToCheck(standing: StandingPolicy, change: { requester: number; from: number; to: number; roles: readonly Role[] }): number[] {
  if (standing === "off") return [];
  if (standing === "any") return [...new Set([change.requester, change.from, change.to])];
  return change.roles.includes("billing") ? [change.from, change.to] : [];
}

/** Behind = an invoice past its due date and unpaid (§9). Dates: `YYYY-MM-DD` in the operator's time zone; on its due date it is not yet late. */
export function isLate(invoice: { dueOn: string; paidOn: string | null }, today: string): boolean {
  return invoice.paidOn === null && invoice.dueOn < today;
}
