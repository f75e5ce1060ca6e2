import { z } from "zod";
import type { Context, OperatorActor } from "../../context.ts";
import { enqueueLetter } from "../../outbox/enqueue.ts";
import { findAccount } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { redateMemberships } from "../../storage/queries/memberships.ts";
import type { ServiceRow } from "../../storage/queries/services.ts";
import type { Transaction } from "../../storage/store.ts";
import { personOf } from "../accounts/person-of.ts";
import { signatureOf } from "../actor.ts";
import { dayField } from "../day-field.ts";
import { lockByName } from "./lock-by-name.ts";

export const renewSchema = z.object({ product: z.string(), name: z.string(), expiresOn: dayField });

/** A new date of renewal; where it is later than the old one, the billing contact is told (§3 of SPEC.md). */
export async function renewService(context: Context, operator: OperatorActor, input: z.input<typeof renewSchema>): Promise<ServiceRow> {
  const { expiresOn, ...named } = renewSchema.parse(input);
  return context.store.write(async (tx) => {
    const before = await lockByName(context.settings, tx, named);
    if (before.expires_on === expiresOn) return before;
    const service = await tx.db.updateTable("service").set({ expires_on: expiresOn }).where("id", "=", before.id).returningAll().executeTakeFirstOrThrow();
    await redateMemberships(tx.db, service);
    const details = { from: before.expires_on, to: expiresOn };
    await recordAudit(tx.db, { ...signatureOf(operator), at: await tx.now(), deed: "service.renewed", serviceId: service.id, details });
    if (before.expires_on === null || before.expires_on < expiresOn) await tellBilling(context, tx, service, expiresOn);
    return service;
  });
}

async function tellBilling(context: Context, tx: Transaction, service: ServiceRow, expiresOn: string): Promise<void> {
  const account = await findAccount(tx.db, service.billing_id);
  if (!account) throw new Error(`account ${service.billing_id} is missing`);
  const person = personOf(account);
  const facts = { person, service: service.name, product: service.product, expiresOn, renewal: service.renewal };
  await enqueueLetter(context, tx, { letter: "renewed", facts, to: account });
}
