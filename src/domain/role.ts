/** The three roles of §1 of SPEC.md, in the order in which every page and every list shows them. */
export const roles = ["admin", "tech", "billing"] as const;

export type Role = (typeof roles)[number];

/** The account that holds each role, by account id. */
export type Holders = Readonly<Record<Role, number>>;

const bits: Readonly<Record<Role, number>> = { admin: 1, tech: 2, billing: 4 };

/** Roles as one number (admin 1, tech 2, billing 4), the form in which they are stored. */
export function roleBits(some: Iterable<Role>): number {
  let sum = 0;
  for (const role of some) sum |= bits[role];
  return sum;
}

/** The roles in a stored number, in the order of `roles`. */
export function rolesOf(stored: number): Role[] {
  return roles.filter((role) => (stored & bits[role]) !== 0);
}

/** The roles that an account holds, in the order of `roles`. */
export function rolesHeldBy(account: number, holders: Holders): Role[] {
  return roles.filter((role) => holders[role] === account);
}
