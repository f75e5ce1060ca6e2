import { z } from "zod";
import type { Context } from "../../context.ts";
import { addressKey } from "../../domain/email-address.ts";
import { type AccountRow, updateAccount } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { giveBackUse } from "../../storage/queries/limits.ts";
import type { Transaction } from "../../storage/store.ts";
import { renewCodesOf } from "../changes/renew-codes.ts";
import { codeField } from "./account-fields.ts";
import { accountLimits } from "./account-limits.ts";
import { type AccountView, viewAccount } from "./account-view.ts";
import { countTry } from "./count-try.ts";
import { takeLink, type UsableLink } from "./find-usable-link.ts";
import { cancelLinks } from "./issue-link.ts";

export const confirmAddressInput = z.object({ code: codeField });

/** Confirms an account's address, or makes the new address its own, by the code of the link that went there; signed in or not. */
export async function confirmAddress(context: Context, source: string, input: z.input<typeof confirmAddressInput>): Promise<AccountView> {
  const { code } = confirmAddressInput.parse(input);
  const tries = accountLimits.linkFrom(source);
  await countTry(context, [tries]);
  return context.store.write(async (tx) => {
    const taken = await takeLink(context, tx, code, ["confirm-address", "change-address"]);
    await giveBackUse(tx.db, tries.key);
    const account = taken.link.kind === "change-address" ? await takeNewAddress(tx, taken) : await updateVerified(tx, taken.account);
    const now = await tx.now();
    const deed = taken.link.kind === "change-address" ? "account.address-changed" : "account.address-confirmed";
    await recordAudit(tx.db, { actor: account.handle, source, at: now, deed, accountId: account.id, details: { email: account.email } });
    // Codes follow the address (§10 of SPEC.md).
    await renewCodesOf(context, tx, account);
    return viewAccount(tx.db, account, now);
  });
}

async function updateVerified(tx: Transaction, account: AccountRow): Promise<AccountRow> {
  return updateAccount(tx.db, account.id, { email_verified_at: await tx.now() });
}

/** Links that went to the old address die with it. */
async function takeNewAddress(tx: Transaction, { link, account }: UsableLink): Promise<AccountRow> {
  await cancelLinks(tx, account.id, ["confirm-address", "reset-password"]);
  return updateAccount(tx.db, account.id, { email: link.email, email_key: addressKey(link.email), email_verified_at: await tx.now() });
}
