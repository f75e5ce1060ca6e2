import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { countUse } from "../../storage/queries/limits.ts";
import { signatureOf } from "../actor.ts";
import { accountLimits } from "./account-limits.ts";
import { activeAccount } from "./active-account.ts";
import { sendReset } from "./send-reset.ts";

/** Sends the account the letter by which it sets another password, to its own address. As many as "forgotten password" sends there. */
export async function askForPassword(context: Context, actor: AccountActor): Promise<void> {
  await context.store.write(async (tx) => {
    const account = await activeAccount(tx.db, actor.id);
    const { allowed, retryAt } = await countUse(tx.db, accountLimits.forgotTo(context, account.email_key), await tx.now());
    if (!allowed) refuse({ code: "too-many-tries", retryAt });
    await sendReset(context, tx, [account], signatureOf(actor));
  });
}
