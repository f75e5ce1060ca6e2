import { z } from "zod";
import type { AccountActor, Context } from "../../context.ts";
import { updateAccount } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { signatureOf } from "../actor.ts";
import { languageField, nameField } from "./account-fields.ts";
import { type AccountView, viewAccount } from "./account-view.ts";
import { lockActiveAccount } from "./active-account.ts";

/** What is left out stays as it is. */
export const editProfileInput = z.object({ name: nameField.optional(), language: languageField.optional() });

/** Changes name and language; the handle never changes, the address by `changeAddress`. */
export async function editProfile(context: Context, actor: AccountActor, input: z.input<typeof editProfileInput>): Promise<AccountView> {
  const { name, language } = editProfileInput.parse(input);
  return context.store.write(async (tx) => {
    const before = await lockActiveAccount(tx, actor.id);
    const account = await updateAccount(tx.db, actor.id, { name: name ?? before.name, language: language ?? before.language });
    const now = await tx.now();
    await recordAudit(tx.db, { ...signatureOf(actor), at: now, deed: "account.profile-edited", accountId: account.id });
    return viewAccount(tx.db, account, now);
  });
}
