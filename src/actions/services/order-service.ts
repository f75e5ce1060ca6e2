import { z } from "zod";
import type { Context, OperatorActor } from "../../context.ts";
import { dayIn } from "../../domain/dates.ts";
import { parseHandle } from "../../domain/handle.ts";
import { refuse } from "../../domain/refusal.ts";
import { type AccountRow, findAccountByHandle, lockAccounts } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { insertServices } from "../../storage/queries/insert-services.ts";
import type { ServiceRow } from "../../storage/queries/services.ts";
import type { Transaction } from "../../storage/store.ts";
import { signatureOf } from "../actor.ts";
import { dayField } from "../day-field.ts";
import { knownOwnerSchema, unknownOwner } from "./owner.ts";
import { productAndName } from "./product-name.ts";

export const orderSchema = z.object({
  product: z.string(),
  name: z.string(),
  /** Handle of the ordering account. */
  account: z.string(),
  /** Today by default. */
  createdOn: dayField.optional(),
  expiresOn: dayField.nullish(),
  renewal: z.enum(["automatic", "manual"]).default("automatic"),
  owner: knownOwnerSchema.default(unknownOwner),
});

/** A new service; the ordering account becomes contact in all three roles (§3 of SPEC.md). */
export async function orderService(context: Context, operator: OperatorActor, input: z.input<typeof orderSchema>): Promise<ServiceRow> {
  const order = orderSchema.parse(input);
  const { product, name } = productAndName(context.settings, order);
  return context.store.write(async (tx) => {
    const account = await findOrderer(tx, order.account);
    const now = await tx.now();
    const [service] = await insertServices(tx.db, [
      {
        product: product.path,
        name,
        admin_id: account.id,
        tech_id: account.id,
        billing_id: account.id,
        created_on: order.createdOn ?? dayIn(context.settings.timeZone, now),
        expires_on: order.expiresOn ?? null,
        renewal: order.renewal,
        owner_json: JSON.stringify(order.owner),
        arrived_at: now,
        removed_at: null,
      },
    ]);
    if (!service) refuse({ code: "service-exists", service: name });
    await recordAudit(tx.db, { ...signatureOf(operator), at: now, deed: "service.ordered", serviceId: service.id, accountId: account.id });
    return service;
  });
}

async function findOrderer(tx: Transaction, typed: string): Promise<AccountRow> {
  const handle = parseHandle(typed);
  const found = handle === undefined ? undefined : await findAccountByHandle(tx.db, handle);
  const account = found && (await lockAccounts(tx, [found.id])).get(found.id);
  if (!account) refuse({ code: "account-not-found", handle: typed.trim().slice(0, 40) });
  if (account.status === "suspended") refuse({ code: "account-suspended" });
  if (account.status === "closed") refuse({ code: "account-closed", handle: account.handle });
  return account;
}
