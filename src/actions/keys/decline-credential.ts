import type { z } from "zod";
import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { settlePending } from "../../storage/queries/api-keys.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { activeAccount } from "../accounts/active-account.ts";
import { signatureOf } from "../actor.ts";
import { findPendingInput } from "./find-pending.ts";
import { pendingCredential } from "./pending-credential.ts";

/** Says no to a key that a program has asked for; nobody can agree to it any more. */
export async function declineCredential(context: Context, actor: AccountActor, input: z.input<typeof findPendingInput>): Promise<void> {
  const { token } = findPendingInput.parse(input);
  await context.store.write(async (tx) => {
    await activeAccount(tx.db, actor.id);
    const now = await tx.now();
    const row = await pendingCredential(context, tx.db, token, now);
    // It stays nobody's: whoever declines wants nothing of it in his list.
    const declined = await settlePending(tx.db, row.id, { state: "refused", account_id: null, expires_at: row.expires_at });
    if (!declined) refuse({ code: "key-request-not-found" });
    await recordAudit(tx.db, { ...signatureOf(actor), at: now, deed: "key.declined", accountId: actor.id, details: { credentialId: row.id } });
  });
}
