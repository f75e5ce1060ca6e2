import type { Context } from "../../context.ts";
import { findAccount } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { deleteSession } from "../../storage/queries/sessions.ts";

/** Ends a session. One that has ended already stays ended. */
export async function signOut(context: Context, session: string): Promise<void> {
  await context.store.write(async (tx) => {
    const id = await deleteSession(tx.db, context.secrets.hashes("session", session));
    const account = id === undefined ? undefined : await findAccount(tx.db, id);
    if (account) await recordAudit(tx.db, { actor: account.handle, source: "", at: await tx.now(), deed: "account.signed-out", accountId: account.id });
  });
}
