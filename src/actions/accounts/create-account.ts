import { z } from "zod";
import { hashPassword } from "../../auth/passwords.ts";
import type { Actor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { signatureOf } from "../actor.ts";
import { checkNotPersonal, emailField, handleField, languageField, nameField, newPasswordField } from "./account-fields.ts";
import { type AccountView, accountView } from "./account-view.ts";
import { addAccount, addAccountWithNewHandle } from "./add-account.ts";

/** Without a password the account begins with "forgotten password"; `verified`: the operator vouches for the address. */
export const createAccountInput = z.object({
  name: nameField,
  email: emailField,
  language: languageField,
  handle: handleField.optional(),
  verified: z.boolean().default(false),
  password: newPasswordField.optional(),
});

/** Makes an account on the operator's word; it gets no letter. */
export async function createAccount(context: Context, operator: Actor, input: z.input<typeof createAccountInput>): Promise<AccountView> {
  const { handle, password, ...wanted } = createAccountInput.parse(input);
  if (password !== undefined) checkNotPersonal(password, { ...wanted, handle: handle ?? "" });
  const passwordHash = password === undefined ? null : await hashPassword(context, password);
  return context.store.write(async (tx) => {
    const values = { ...wanted, passwordHash };
    const account = handle === undefined ? await addAccountWithNewHandle(context, tx, values) : await addAccount(tx, values, handle);
    if (!account) refuse({ code: "account-exists", handle: handle ?? "" });
    const now = await tx.now();
    await recordAudit(tx.db, { ...signatureOf(operator), at: now, deed: "account.created", accountId: account.id });
    return accountView(account, undefined, now);
  });
}
