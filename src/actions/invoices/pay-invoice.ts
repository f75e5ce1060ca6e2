import { z } from "zod";
import type { Context, OperatorActor } from "../../context.ts";
import { dayIn } from "../../domain/dates.ts";
import { refuse } from "../../domain/refusal.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { findInvoice, type InvoiceRow, markPaid } from "../../storage/queries/standing.ts";
import { signatureOf } from "../actor.ts";
import { dayField } from "../day-field.ts";

/** `paidOn`: today by default. */
export const paymentSchema = z.object({ id: z.string().trim(), paidOn: dayField.optional() });

/** An invoice was paid, as the operator reports. */
export async function payInvoice(context: Context, operator: OperatorActor, input: z.input<typeof paymentSchema>): Promise<InvoiceRow> {
  const payment = paymentSchema.parse(input);
  return context.store.write(async (tx) => {
    const at = await tx.now();
    const row = await markPaid(tx.db, payment.id, payment.paidOn ?? dayIn(context.settings.timeZone, at));
    if (!row) refuse({ code: (await findInvoice(tx.db, payment.id)) ? "invoice-already-paid" : "invoice-not-found", id: payment.id });
    await recordAudit(tx.db, { ...signatureOf(operator), at, deed: "invoice.paid", accountId: row.account_id, details: { invoice: row.id } });
    return row;
  });
}
