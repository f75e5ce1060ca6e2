import { z } from "zod";
import type { Context, OperatorActor } from "../../context.ts";
import { parseHandle } from "../../domain/handle.ts";
import { isCurrency, minorUnits } from "../../domain/money.ts";
import { refuse } from "../../domain/refusal.ts";
import { findAccountByHandle } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { type InvoiceRow, insertInvoice } from "../../storage/queries/standing.ts";
import { signatureOf } from "../actor.ts";
import { dayField } from "../day-field.ts";

/** `amount`: a decimal number with a point, in the currency; `order`: what was ordered, in the operator's words. */
export const invoiceSchema = z
  .object({
    id: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .regex(/^\P{C}*$/u),
    account: z.string(),
    order: z
      .string()
      .trim()
      .max(100)
      .regex(/^\P{C}*$/u)
      .default(""),
    amount: z.string(),
    currency: z.string().trim().toUpperCase().refine(isCurrency, "not a currency (ISO 4217)"),
    issuedOn: dayField,
    dueOn: dayField,
    paidOn: dayField.nullish(),
  })
  .refine((invoice) => invoice.dueOn >= invoice.issuedOn, { path: ["dueOn"], message: "due before it was issued" })
  .transform((invoice, problems) => {
    const amountMinor = minorUnits(invoice.amount, invoice.currency);
    if (amountMinor !== undefined) return { ...invoice, amountMinor };
    problems.addIssue({ code: "custom", path: ["amount"], message: "not an amount in this currency" });
    return z.NEVER;
  });

/** An invoice that the operator reports (§4 of SPEC.md): the standing of an account is what its invoices say. */
export async function addInvoice(context: Context, operator: OperatorActor, input: z.input<typeof invoiceSchema>): Promise<InvoiceRow> {
  const invoice = invoiceSchema.parse(input);
  return context.store.write(async (tx) => {
    const handle = parseHandle(invoice.account);
    const account = handle === undefined ? undefined : await findAccountByHandle(tx.db, handle);
    if (!account) refuse({ code: "account-not-found", handle: invoice.account.trim().slice(0, 40) });
    const row = await insertInvoice(tx.db, {
      id: invoice.id,
      account_id: account.id,
      order_ref: invoice.order,
      amount_minor: invoice.amountMinor,
      currency: invoice.currency,
      issued_on: invoice.issuedOn,
      due_on: invoice.dueOn,
      paid_on: invoice.paidOn ?? null,
    });
    if (!row) refuse({ code: "invoice-exists", id: invoice.id });
    await recordAudit(tx.db, { ...signatureOf(operator), at: await tx.now(), deed: "invoice.added", accountId: account.id, details: { invoice: row.id } });
    return row;
  });
}
