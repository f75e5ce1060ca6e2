import { z } from "zod";
import type { InvoiceView } from "../actions/invoices/invoice-view.ts";
import type { Owed } from "../actions/invoices/show-balance.ts";
import { noPrice, presentPrice, price } from "./price.ts";
import { datetime } from "./times.ts";

const status = z.enum(["PAID", "REFUNDED", "TO_BE_PAID", "UNMATURED", "UNPAID", "WRITE_OFF"]).meta({
  id: "debt.entry.StatusDebtOrderEnum",
  description: "PAID, UNMATURED (not paid, and not yet past its day), UNPAID (past its day: in the way of changes); the others do not occur here",
});

/** An invoice as OVH's clients know it. */
export const debt = z
  .object({
    debtId: z.int(),
    orderId: z.int().nullable().meta({ description: "What was ordered, where that is a number" }),
    amount: price,
    dueAmount: price.meta({ description: "What is still owed" }),
    pendingAmount: price.meta({ description: "Always nothing: payments are told when they have arrived" }),
    todoAmount: price.meta({ description: "Always nothing, likewise" }),
    unmaturedAmount: price.meta({ description: "What is owed and not yet due" }),
    date: datetime,
    dueDate: datetime.nullable(),
    status,
    invoice: z.string().meta({ description: "The number on the invoice" }),
    order: z.string().meta({ description: "What was ordered, in the operator's words" }),
    paidOn: z.iso.date().nullable(),
  })
  .meta({ id: "debt.Debt", description: "An invoice and what is owed of it" });

/** An invoice as it is told. */
export function presentDebt(invoice: InvoiceView): z.input<typeof debt> {
  const { debtId, order, currency, late, paidOn } = invoice;
  const [all, none] = [presentPrice(invoice), noPrice(currency)];
  return {
    debtId,
    orderId: /^[0-9]{1,15}$/.test(order) ? Number(order) : null,
    amount: all,
    dueAmount: paidOn === null ? all : none,
    pendingAmount: none,
    todoAmount: none,
    unmaturedAmount: paidOn === null && !late ? all : none,
    date: midnight(invoice.issuedOn),
    dueDate: midnight(invoice.dueOn),
    status: paidOn === null ? (late ? "UNPAID" : "UNMATURED") : "PAID",
    invoice: invoice.number,
    order,
    paidOn,
  };
}

/** A day in a field that wants a time. */
const midnight = (day: string): string => `${day}T00:00:00+00:00`;

/** What an account owes, as OVH's clients know it. */
export const balance = z
  .object({
    active: z.boolean().meta({ description: "Whether something is owed" }),
    dueAmount: price.meta({ description: "What is owed, in the currency of the longest due invoice" }),
    pendingAmount: price,
    todoAmount: price,
    unmaturedAmount: price.meta({ description: "What of it is not yet due" }),
    dueAmounts: z.array(price).meta({ description: "What is owed, in every currency" }),
  })
  .meta({ id: "debt.Balance", description: "What the account owes" });

/** What an account owes, as it is told. */
export function presentBalance(owed: readonly Owed[]): z.input<typeof balance> {
  const [first] = owed;
  const none = noPrice(first?.due.currency ?? "N/A");
  return {
    active: first !== undefined,
    dueAmount: first ? presentPrice(first.due) : none,
    pendingAmount: none,
    todoAmount: none,
    unmaturedAmount: first ? presentPrice(first.notYetDue) : none,
    dueAmounts: owed.map(({ due }) => presentPrice(due)),
  };
}
