import { z } from "zod";
import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { enqueueLetter } from "../../outbox/enqueue.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { signatureOf } from "../actor.ts";
import { emailField, givenPasswordField } from "./account-fields.ts";
import { type AccountView, accountView } from "./account-view.ts";
import { checkPassword, checkPasswordStill } from "./check-password.ts";
import { countLetter, countLetterTo } from "./count-letter.ts";
import { personOf } from "./person-of.ts";
import { sendChangeLetter } from "./send-confirmation.ts";

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
    if (email === account.email) refuse({ code: "address-unchanged" });
    await countLetter(tx, account.id);
    await countLetterTo(context, tx, email);
    await sendChangeLetter(context, tx, account, email);
    const facts = { person: personOf(account), newEmail: email };
    await enqueueLetter(context, tx, { letter: "address-changed", facts, to: account });
    const now = await tx.now();
    await recordAudit(tx.db, { ...signatureOf(actor), at: now, deed: "account.address-change-asked", accountId: account.id, details: { email } });
    return accountView(account, email, now);
  });
}
