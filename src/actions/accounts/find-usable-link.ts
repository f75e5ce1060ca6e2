import type { Context } from "../../context.ts";
import { addressKey } from "../../domain/email-address.ts";
import type { LinkKind } from "../../domain/link-life.ts";
import { refuse } from "../../domain/refusal.ts";
import { findLink, type LinkRow, useLink } from "../../storage/queries/account-links.ts";
import { type AccountRow, findAccount, lockAccounts } from "../../storage/queries/accounts.ts";
import type { Transaction } from "../../storage/store.ts";
import type { Queryable } from "../../storage/tables.ts";

export type UsableLink = { link: LinkRow; account: AccountRow };

/** The link with this code and its active account. Refuses what is unknown, used, replaced, expired, or was sent to an address that the account no longer has. */
export async function findUsableLink(context: Context, db: Queryable, code: string, kinds: readonly LinkKind[], now: number): Promise<UsableLink> {
  const link = await findLink(db, context.secrets.hashes("link", code), kinds);
  const account = link && (await findAccount(db, link.account_id));
  if (!link || account?.status !== "active") refuse({ code: "link-invalid" });
  if (link.used_at !== null) refuse(isConfirmed(link, account) ? { code: "address-already-confirmed" } : { code: "link-invalid" });
  if (link.expires_at <= now) refuse({ code: "link-expired" });
  if (link.kind !== "change-address" && account.email_key !== addressKey(link.email)) refuse({ code: "link-invalid" });
  return { link, account };
}

/** Finds a usable link and uses it up: of several who try at once, one succeeds. */
export async function takeLink(context: Context, tx: Transaction, code: string, kinds: readonly LinkKind[]): Promise<UsableLink> {
  const now = await tx.now();
  const usable = await lockUsableLink(context, tx, code, kinds, now);
  if (!(await useLink(tx.db, usable.link.id, now, "done"))) refuse({ code: "link-invalid" });
  return usable;
}

/** A usable link, its account locked: no other link of it is followed meanwhile, and nobody opens a session by a password that goes. */
export async function lockUsableLink(context: Context, tx: Transaction, code: string, kinds: readonly LinkKind[], now: number): Promise<UsableLink> {
  const seen = await findUsableLink(context, tx.db, code, kinds, now);
  await lockAccounts(tx, [seen.account.id]);
  return findUsableLink(context, tx.db, code, kinds, now);
}

/** Whoever follows a link twice hears that all is well, rather than that it is invalid. */
function isConfirmed(link: LinkRow, account: AccountRow): boolean {
  return link.kind !== "reset-password" && account.email_verified_at !== null && account.email_key === addressKey(link.email);
}
