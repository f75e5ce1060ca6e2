import { z } from "zod";
import { hashPassword } from "../../auth/passwords.ts";
import type { Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { enqueueLetter } from "../../outbox/enqueue.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { checkNotPersonal, emailField, languageField, nameField, newPasswordField } from "./account-fields.ts";
import { accountLimits } from "./account-limits.ts";
import { type AccountView, accountView } from "./account-view.ts";
import { addAccountWithNewHandle } from "./add-account.ts";
import { countLetter } from "./count-letter.ts";
import { countTry } from "./count-try.ts";
import { issueLink } from "./issue-link.ts";
import { openSession } from "./open-session.ts";
import { personOf } from "./person-of.ts";

export const signUpInput = z.object({ name: nameField, email: emailField, password: newPasswordField, language: languageField });

/** Makes an account and its handle, signs it in, and sends a letter with the handle and the link that confirms the address (§2 of SPEC.md). */
export async function signUp(context: Context, source: string, input: z.input<typeof signUpInput>): Promise<{ account: AccountView; session: string }> {
  if (context.settings.signUp === "closed") refuse({ code: "sign-up-closed" });
  const wanted = signUpInput.parse(input);
  checkNotPersonal(wanted.password, wanted);
  await countTry(context, [accountLimits.signUpFrom(source), accountLimits.signUpWith(context, wanted.email)]);
  const passwordHash = await hashPassword(context, wanted.password);
  return context.store.write(async (tx) => {
    const account = await addAccountWithNewHandle(context, tx, { ...wanted, passwordHash, verified: false });
    const now = await tx.now();
    await recordAudit(tx.db, { actor: account.handle, source, at: now, deed: "account.signed-up", accountId: account.id });
    await countLetter(tx, account.id);
    const code = await issueLink(context, tx, account.id, "confirm-address", account.email);
    await enqueueLetter(context, tx, { letter: "signed-up", facts: { person: personOf(account) }, to: account, secrets: [code] });
    return { account: accountView(account, undefined, now), session: await openSession(context, tx, account.id) };
  });
}
