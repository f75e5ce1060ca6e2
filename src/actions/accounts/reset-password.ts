import { z } from "zod";
import { hashPassword } from "../../auth/passwords.ts";
import type { Context } from "../../context.ts";
import type { AccountRow } from "../../storage/queries/accounts.ts";
import { deleteCredentialsOf } from "../../storage/queries/api-keys.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { forgetUse, giveBackUse } from "../../storage/queries/limits.ts";
import type { Transaction } from "../../storage/store.ts";
import { renewCodesOf } from "../changes/renew-codes.ts";
import { checkNotPersonal, codeField, newPasswordField } from "./account-fields.ts";
import { accountLimits } from "./account-limits.ts";
import { type AccountView, viewAccount } from "./account-view.ts";
import { countTry } from "./count-try.ts";
import { findUsableLink, takeLink } from "./find-usable-link.ts";
import { setPassword } from "./set-password.ts";

export const resetPasswordInput = z.object({ code: codeField, password: newPasswordField });

const hour = 60 * 60 * 1000;

/**
 * Sets a password by the link of a letter. That proves the address, so it counts as confirmed. All sessions and keys end, a new session begins, and asking is
 * blocked for a day, so that a stolen mailbox alone gives nothing away (§10 of SPEC.md).
 */
export async function resetPassword(
  context: Context,
  source: string,
  input: z.input<typeof resetPasswordInput>,
): Promise<{ account: AccountView; session: string }> {
  const { code, password } = resetPasswordInput.parse(input);
  const tries = accountLimits.linkFrom(source);
  await countTry(context, [tries]);
  const seen = await findUsableLink(context, context.store.read, code, ["reset-password"], context.clock());
  checkNotPersonal(password, seen.account);
  const passwordHash = await hashPassword(context, password);
  return context.store.write(async (tx) => {
    const taken = await takeLink(context, tx, code, ["reset-password"]);
    const set = await setPassword(context, tx, taken.account.id, passwordHash, await consequences(context, tx, taken.account));
    // Whoever had the password may have made keys, which would outlast it.
    await deleteCredentialsOf(tx.db, taken.account.id);
    await giveBackUse(tx.db, tries.key);
    await forgetFailedSignIns(context, tx, set.account);
    const now = await tx.now();
    await recordAudit(tx.db, { actor: set.account.handle, source, at: now, deed: "account.password-reset", accountId: set.account.id });
    // The address has become a confirmed one: the codes that wait follow it.
    if (taken.account.email_verified_at === null) await renewCodesOf(context, tx, set.account);
    return { account: await viewAccount(tx.db, set.account, now), session: set.session };
  });
}

async function consequences(context: Context, tx: Transaction, account: AccountRow): Promise<Pick<AccountRow, "email_verified_at" | "asking_blocked_until">> {
  const now = await tx.now();
  return {
    email_verified_at: account.email_verified_at ?? now,
    asking_blocked_until: Math.max(account.asking_blocked_until ?? 0, now + context.settings.resetBlockHours * hour),
  };
}

/** The way in for somebody whose login a stranger has used up. */
async function forgetFailedSignIns(context: Context, tx: Transaction, account: AccountRow): Promise<void> {
  for (const login of [account.handle, account.email_key]) await forgetUse(tx.db, accountLimits.signInAs(context, login).key);
}
