import type { AccountActor, Context } from "../../context.ts";
import { deleteApplication } from "../../storage/queries/api-keys.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { signatureOf } from "../actor.ts";
import { applicationOf } from "./show-application.ts";

/** Removes a program of the account; all its keys end, also those of other people. */
export async function removeApplication(context: Context, actor: AccountActor, input: { id: number }): Promise<void> {
  await context.store.write(async (tx) => {
    const { id, name } = await applicationOf(tx.db, actor, input.id);
    await deleteApplication(tx.db, id);
    const details = { applicationId: id, name };
    await recordAudit(tx.db, { ...signatureOf(actor), at: await tx.now(), deed: "application.removed", accountId: actor.id, details });
  });
}
