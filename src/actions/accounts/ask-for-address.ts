import { z } from "zod";
import type { AccountActor, Context } from "../../context.ts";
import { findPendingChange } from "../../storage/queries/account-links.ts";
import { emailField } from "./account-fields.ts";
import { lockActiveAccount } from "./active-account.ts";
import { type AddressTask, addressTask } from "./address-task.ts";
import { beginAddressChange } from "./begin-address-change.ts";

export const askForAddressInput = z.object({ newEmail: emailField });

/** Asks for another e-mail address without the password: the key of a program with that right stands in for it (§2, §7 of SPEC.md). */
export async function askForAddress(context: Context, actor: AccountActor, input: z.input<typeof askForAddressInput>): Promise<AddressTask> {
  const { newEmail } = askForAddressInput.parse(input);
  return context.store.write(async (tx) => {
    await beginAddressChange(context, tx, actor, await lockActiveAccount(tx, actor.id), newEmail);
    const now = await tx.now();
    const link = await findPendingChange(tx.db, actor.id, now);
    if (!link) throw new Error("the link that was just written is gone");
    return addressTask(link, now);
  });
}
