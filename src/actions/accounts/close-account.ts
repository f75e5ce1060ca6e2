import type { z } from "zod";
import type { Actor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { updateAccount } from "../../storage/queries/accounts.ts";
import { deleteKeysOf } from "../../storage/queries/api-keys.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { countServices } from "../../storage/queries/memberships.ts";
import { deleteSessionsOf } from "../../storage/queries/sessions.ts";
import { signatureOf } from "../actor.ts";
import { failRequestsOfAccount } from "../changes/fail-requests.ts";
import { accountToManage, handleInput } from "./account-to-manage.ts";
import { type AccountView, accountView } from "./account-view.ts";
import { cancelLinks } from "./issue-link.ts";

/** Closes an account for good; its handle is never given again. Refused while it holds a role; its open requests end as `error`, its keys and programs are gone (§10 of SPEC.md). */
export async function closeAccount(context: Context, operator: Actor, input: z.input<typeof handleInput>): Promise<AccountView> {
  const { handle } = handleInput.parse(input);
  return context.store.write(async (tx) => {
    const { id } = await accountToManage(tx, handle);
    // Whoever gives it a role keeps its row locked: counted here, it is counted.
    const count = await countServices(tx.db, id);
    if (count > 0) refuse({ code: "account-holds-roles", count });
    const account = await updateAccount(tx.db, id, { status: "closed" });
    const now = await tx.now();
    await failRequestsOfAccount(context, tx, id, "account-closed", operator);
    await deleteSessionsOf(tx.db, id);
    await deleteKeysOf(tx.db, id);
    await cancelLinks(tx, id, ["confirm-address", "change-address", "reset-password"]);
    await recordAudit(tx.db, { ...signatureOf(operator), at: now, deed: "account.closed", accountId: id });
    return accountView(account, undefined, now);
  });
}
