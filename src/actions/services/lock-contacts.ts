import type { Context, OperatorActor } from "../../context.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { signatureOf } from "../actor.ts";
import { lockByName } from "./lock-by-name.ts";

/** Marks a service's contacts as not changeable, or as changeable again. Open requests stay: what passes ends nothing (§10 of SPEC.md). */
export async function lockContacts(context: Context, operator: OperatorActor, input: { product: string; name: string; locked: boolean }): Promise<void> {
  await context.store.write(async (tx) => {
    const service = await lockByName(context.settings, tx, input);
    const locked = input.locked ? 1 : 0;
    if (service.contacts_locked === locked) return;
    await tx.db.updateTable("service").set({ contacts_locked: locked }).where("id", "=", service.id).execute();
    const deed = input.locked ? "service.contacts-locked" : "service.contacts-unlocked";
    await recordAudit(tx.db, { ...signatureOf(operator), at: await tx.now(), deed, serviceId: service.id });
  });
}
