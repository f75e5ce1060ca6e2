import type { Context, OperatorActor } from "../../context.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { leaveService } from "../../storage/queries/memberships.ts";
import { signatureOf } from "../actor.ts";
import { failRequestsOfService } from "../changes/fail-requests.ts";
import { lockByName } from "./lock-by-name.ts";

/** Removes a service: it is on nobody's list, and its open requests end (§10 of SPEC.md). Its rows stay for the audit log; its name is free. */
export async function removeService(context: Context, operator: OperatorActor, input: { product: string; name: string }): Promise<void> {
  await context.store.write(async (tx) => {
    const service = await lockByName(context.settings, tx, input);
    const at = await tx.now();
    await failRequestsOfService(context, tx, service.id, "service-gone", operator);
    await tx.db.updateTable("service").set({ removed_at: at }).where("id", "=", service.id).execute();
    await recordAudit(tx.db, { ...signatureOf(operator), at, deed: "service.removed", serviceId: service.id });
    await leaveService(tx.db, service);
  });
}
