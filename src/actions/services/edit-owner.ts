import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { findAccount } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import type { Owner } from "../../storage/tables.ts";
import { activeAccount } from "../accounts/active-account.ts";
import { signatureOf } from "../actor.ts";
import { lockOwnService } from "./lock-own-service.ts";
import { type OwnerInput, ownerOf, ownerSchema } from "./owner.ts";

/** Changes who legally holds a service, in the fields that are given: its admin may, where the product allows it (§3 of SPEC.md). */
export async function editOwner(context: Context, actor: AccountActor, input: { id: number; owner: Partial<OwnerInput> }): Promise<Owner> {
  return context.store.write(async (tx) => {
    const account = await activeAccount(tx.db, actor.id);
    const { service, held } = await lockOwnService(tx, actor.id, input.id);
    if (!held.includes("admin")) refuse({ code: "not-admin", adminHandle: (await findAccount(tx.db, service.admin_id))?.handle ?? "" });
    if (!context.settings.products.find((one) => one.path === service.product)?.ownerEditable) refuse({ code: "owner-not-editable" });
    // The owner is worth as much as a role: a stolen mailbox alone must not give it away either (§10).
    const until = account.asking_blocked_until;
    if (until !== null && until > (await tx.now())) refuse({ code: "asker-blocked-after-reset", until });
    const before = ownerOf(service);
    const owner = ownerSchema.parse({ ...before, ...input.owner });
    await tx.db
      .updateTable("service")
      .set({ owner_json: JSON.stringify(owner) })
      .where("id", "=", service.id)
      .execute();
    const changed = changedFields(before, owner);
    await recordAudit(tx.db, { ...signatureOf(actor), at: await tx.now(), deed: "service.owner-edited", serviceId: service.id, details: { changed } });
    return owner;
  });
}

/** The log says which data changed, not the data: they are somebody's own. */
function changedFields(before: Owner, after: Owner): string[] {
  return Object.entries(after)
    .filter(([field, value]) => before[field as keyof Owner] !== value)
    .map(([field]) => field);
}
