import type { Context } from "../../context.ts";
import { addressKey } from "../../domain/email-address.ts";
import { type AccountRow, updateAccount } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import type { Transaction } from "../../storage/store.ts";
import { renewCodesOf } from "../changes/renew-codes.ts";
import { type AccountView, viewAccount } from "./account-view.ts";
import type { UsableLink } from "./find-usable-link.ts";
import { cancelLinks } from "./issue-link.ts";

/** Does what a link that was just used up says: the account's address is confirmed, or the new one becomes its own. Codes follow the address (§10 of SPEC.md). */
export async function followLink(context: Context, tx: Transaction, taken: UsableLink, by: { actor: string; source: string }): Promise<AccountView> {
  const changes = taken.link.kind === "change-address";
  const account = changes ? await takeNewAddress(tx, taken) : await updateVerified(tx, taken.account);
  const now = await tx.now();
  const deed = changes ? "account.address-changed" : "account.address-confirmed";
  await recordAudit(tx.db, { ...by, at: now, deed, accountId: account.id, details: { email: account.email } });
  await renewCodesOf(context, tx, account);
  return viewAccount(tx.db, account, now);
}

async function updateVerified(tx: Transaction, account: AccountRow): Promise<AccountRow> {
  return updateAccount(tx.db, account.id, { email_verified_at: await tx.now() });
}

/** Links that went to the old address die with it. */
async function takeNewAddress(tx: Transaction, { link, account }: UsableLink): Promise<AccountRow> {
  await cancelLinks(tx, account.id, ["confirm-address", "reset-password"]);
  return updateAccount(tx.db, account.id, { email: link.email, email_key: addressKey(link.email), email_verified_at: await tx.now() });
}
