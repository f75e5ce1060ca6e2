import type { Context } from "../../context.ts";
import { deleteCredential, deleteTokensOf } from "../../storage/queries/api-keys.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { signatureOf } from "../actor.ts";
import type { Caller } from "./find-caller.ts";
import { credentialOf } from "./show-key.ts";

/** Ends the key of this call. Of an OAuth2 client only its access tokens end: its secret gets new ones until the client is removed. */
export async function logOut(context: Context, { actor }: Pick<Caller, "actor">): Promise<void> {
  await context.store.write(async (tx) => {
    const row = await credentialOf(tx.db, actor, actor.key);
    if (row.kind === "client") await deleteTokensOf(tx.db, row.id);
    else await deleteCredential(tx.db, row.id);
    await recordAudit(tx.db, { ...signatureOf(actor), at: await tx.now(), deed: "key.logged-out", accountId: actor.id, details: { credentialId: row.id } });
  });
}
