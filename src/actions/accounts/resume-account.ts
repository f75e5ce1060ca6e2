import type { z } from "zod";
import type { Actor, Context } from "../../context.ts";
import { updateAccount } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { signatureOf } from "../actor.ts";
import { accountToManage, handleInput } from "./account-to-manage.ts";
import { type AccountView, viewAccount } from "./account-view.ts";

/** Makes a suspended account active again. */
export async function resumeAccount(context: Context, operator: Actor, input: z.input<typeof handleInput>): Promise<AccountView> {
  const { handle } = handleInput.parse(input);
  return context.store.write(async (tx) => {
    const { id } = await accountToManage(tx, handle);
    const account = await updateAccount(tx.db, id, { status: "active" });
    const now = await tx.now();
    await recordAudit(tx.db, { ...signatureOf(operator), at: now, deed: "account.resumed", accountId: id });
    return viewAccount(tx.db, account, now);
  });
}
