import { z } from "zod";
import type { AccountActor, Context } from "../../context.ts";
import { emailField, givenPasswordField } from "./account-fields.ts";
import { type AccountView, accountView } from "./account-view.ts";
import { beginAddressChange } from "./begin-address-change.ts";
import { checkPassword, checkPasswordStill } from "./check-password.ts";

/** `password`: the present one. */
export const changeAddressInput = z.object({ email: emailField, password: givenPasswordField });

/**
 * Asks for another e-mail address. It becomes the account's when the link that went there is followed; the present address is told
 * now, so that its owner notices a thief in time (§2, §7 of SPEC.md).
 */
export async function changeAddress(context: Context, actor: AccountActor, input: z.input<typeof changeAddressInput>): Promise<AccountView> {
  const { email, password } = changeAddressInput.parse(input);
  const seen = await checkPassword(context, actor, password);
  return context.store.write(async (tx) => {
    const account = await checkPasswordStill(tx, seen);
    await beginAddressChange(context, tx, actor, account, email);
    return accountView(account, email, await tx.now());
  });
}
