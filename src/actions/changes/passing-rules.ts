import type { Context } from "../../context.ts";
import { dayIn } from "../../domain/dates.ts";
import type { RefusalDetail } from "../../domain/refusal.ts";
import type { Role } from "../../domain/role.ts";
import { accountsToCheck } from "../../domain/standing.ts";
import type { AccountRow } from "../../storage/queries/accounts.ts";
import type { ServiceRow } from "../../storage/queries/services.ts";
import { accountsBehind } from "../../storage/queries/standing.ts";
import type { Transaction } from "../../storage/store.ts";

/** The change whose rules are looked at, the account that will read the answer, and the moment (ms). */
export type ChangeLookedAt = { asker: AccountRow; from: AccountRow; to: AccountRow; roles: readonly Role[]; reader: number; now: number };

/*
 * The rules of §4 that can fail today and hold tomorrow. They are checked when a change is asked for, when it is accepted and
 * when it is carried out; each gives the refusal that its reader may see, or undefined.
 */

/** Whether the contacts of the service may change at present. */
export function refusalOfService(context: Context, service: ServiceRow, now: number): RefusalDetail | undefined {
  if (service.expires_on !== null && service.expires_on < dayIn(context.settings.timeZone, now)) return { code: "service-expired", service: service.name };
  const product = context.settings.products.find((one) => one.path === service.product);
  if (service.contacts_locked === 1 || product?.contactsChangeable === false) return { code: "service-not-changeable", service: service.name };
  return undefined;
}

/** Whether the asker may ask: his address is verified, and no password reset by mail is fresh (§10). */
export function refusalOfAsker(asker: AccountRow, now: number): RefusalDetail | undefined {
  if (asker.email_verified_at === null) return { code: "asker-unverified" };
  const until = asker.asking_blocked_until;
  return until !== null && until > now ? { code: "asker-blocked-after-reset", until } : undefined;
}

/** Whether the newcomer can take a role at all. */
export function refusalOfNewcomer(newcomer: AccountRow, role: Role): RefusalDetail | undefined {
  if (newcomer.status !== "active") return { code: "newcomer-inactive", role, handle: newcomer.handle };
  return newcomer.email_verified_at === null ? { code: "newcomer-unverified", role, handle: newcomer.handle } : undefined;
}

/** The standing rule. Everybody hears of his own debts only; of others, that the change cannot be made at present (§4). */
export async function refusalOfStanding(context: Context, tx: Transaction, change: ChangeLookedAt): Promise<RefusalDetail | undefined> {
  const { asker, from, to, roles, reader, now } = change;
  const concerned = accountsToCheck(context.settings.standing, { requester: asker.id, from: from.id, to: to.id, roles });
  if (concerned.length === 0) return undefined;
  const behind = await accountsBehind(tx.db, concerned, dayIn(context.settings.timeZone, now));
  if (behind.size === 0) return undefined;
  if (behind.has(reader)) return { code: "you-are-behind" };
  const late = [to, from, asker].find((account) => behind.has(account.id)) ?? asker;
  if (!roles.includes("billing") || late === asker) return { code: "account-cannot-change-now", handle: late.handle };
  return { code: late === to ? "newcomer-cannot-take-billing" : "holder-cannot-give-billing", handle: late.handle };
}
