import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { findAccount } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import type { ServiceTable } from "../../storage/tables.ts";
import { activeAccount } from "../accounts/active-account.ts";
import { signatureOf } from "../actor.ts";
import { lockOwnService } from "./lock-own-service.ts";

export type Renewal = ServiceTable["renewal"];

/** Says how a service is renewed: its admin and its billing contact may; another contact is told who the admin is. */
export async function setRenewal(context: Context, actor: AccountActor, input: { id: number; renewal: Renewal }): Promise<void> {
  await context.store.write(async (tx) => {
    await activeAccount(tx.db, actor.id);
    const { service, held } = await lockOwnService(tx, actor.id, input.id);
    if (!held.includes("admin") && !held.includes("billing"))
      refuse({ code: "renewal-not-yours", handle: (await findAccount(tx.db, service.admin_id))?.handle ?? "" });
    if (service.renewal === input.renewal) return;
    await tx.db.updateTable("service").set({ renewal: input.renewal }).where("id", "=", service.id).execute();
    const details = { from: service.renewal, to: input.renewal };
    await recordAudit(tx.db, { ...signatureOf(actor), at: await tx.now(), deed: "service.renewal-set", serviceId: service.id, details });
  });
}
