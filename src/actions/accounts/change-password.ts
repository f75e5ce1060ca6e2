import { z } from "zod";
import { hashPassword } from "../../auth/passwords.ts";
import type { AccountActor, Context } from "../../context.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { signatureOf } from "../actor.ts";
import { checkNotPersonal, givenPasswordField, newPasswordField } from "./account-fields.ts";
import { checkPassword, checkPasswordStill } from "./check-password.ts";
import { setPassword } from "./set-password.ts";

/** `current`: the present password; `session`: the caller's own, which ends with all the others. */
export const changePasswordInput = z.object({ current: givenPasswordField, password: newPasswordField, session: z.string().optional() });

/** Sets another password. All sessions of the account end; the caller gets a new one. */
export async function changePassword(context: Context, actor: AccountActor, input: z.input<typeof changePasswordInput>): Promise<{ session: string }> {
  const { current, password } = changePasswordInput.parse(input);
  const seen = await checkPassword(context, actor, current);
  checkNotPersonal(password, seen);
  const passwordHash = await hashPassword(context, password);
  return context.store.write(async (tx) => {
    const account = await checkPasswordStill(tx, seen);
    const { session } = await setPassword(context, tx, account.id, passwordHash);
    await recordAudit(tx.db, { ...signatureOf(actor), at: await tx.now(), deed: "account.password-changed", accountId: account.id });
    return { session };
  });
}
