import { type Holders, rolesHeldBy } from "./role.ts";

export const deeds = ["administer", "run", "pay"] as const;
/** What any system of the operator can ask about (§3). */
export type Deed = (typeof deeds)[number];

export type Verdict = { allowed: boolean; reason: "admin" | "tech" | "billing" | "no-role" | "other-role" | "account-inactive" };

/** "May this account do this here?" (§10): admin administers and runs, tech runs, billing pays; a closed or suspended account does nothing. */
export function mayDo(deed: Deed, account: { id: number; active: boolean }, holders: Holders): Verdict {
  if (!account.active) return { allowed: false, reason: "account-inactive" };
  const held = rolesHeldBy(account.id, holders);
  const able = { administer: ["admin"], run: ["admin", "tech"], pay: ["billing"] } as const;
  const reason = able[deed].find((role) => held.includes(role));
  if (reason) return { allowed: true, reason };
  return { allowed: false, reason: held.length ? "other-role" : "no-role" };
}
