import type { z } from "zod";
import type { Actor, Context } from "../../context.ts";
import { updateAccount } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { deleteSessionsOf } from "../../storage/queries/sessions.ts";
import { signatureOf } from "../actor.ts";
import { accountToManage, handleInput } from "./account-to-manage.ts";
import { type AccountView, viewAccount } from "./account-view.ts";

/** No signing in and no asking any more, until it is resumed; its sessions end, its roles and requests stay (§10 of SPEC.md). */
export async function suspendAccount(context: Context, operator: Actor, input: z.input<typeof handleInput>): Promise<AccountView> {
  const { handle } = handleInput.parse(input);
  return context.store.write(async (tx) => {
    const { id } = await accountToManage(tx, handle);
    const account = await updateAccount(tx.db, id, { status: "suspended" });
    await deleteSessionsOf(tx.db, id);
    const now = await tx.now();
    await recordAudit(tx.db, { ...signatureOf(operator), at: now, deed: "account.suspended", accountId: id });
    return viewAccount(tx.db, account, now);
  });
}
