import type { AccountActor, Context } from "../../context.ts";
import { deleteApplication, deleteCredential } from "../../storage/queries/api-keys.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { signatureOf } from "../actor.ts";
import { credentialOf } from "./show-key.ts";

/** Ends a key of the account from this very moment on; an OAuth2 client, which has but one, goes with it. */
export async function revokeCredential(context: Context, actor: AccountActor, input: { id: number }): Promise<void> {
  await context.store.write(async (tx) => {
    const row = await credentialOf(tx.db, actor, input.id);
    if (row.kind === "client") await deleteApplication(tx.db, row.application_id);
    else await deleteCredential(tx.db, row.id);
    const details = { credentialId: row.id, application: row.name };
    await recordAudit(tx.db, { ...signatureOf(actor), at: await tx.now(), deed: "key.revoked", accountId: actor.id, details });
  });
}
