import { decimalAmount } from "../../domain/money.ts";
import { isLate } from "../../domain/standing.ts";
import type { InvoiceRow } from "../../storage/queries/standing.ts";

/** An amount in one currency, decimal. */
export type Amount = { amount: string; currency: string };

/** An invoice as its account sees it. `number`: the operator's; days: `YYYY-MM-DD`. */
export type InvoiceView = Amount & {
  debtId: number;
  number: string;
  order: string;
  issuedOn: string;
  dueOn: string;
  paidOn: string | null;
  late: boolean;
};

/** `today`: in the operator's time zone. */
export function invoiceView(row: InvoiceRow, today: string): InvoiceView {
  return {
    debtId: row.debt_id,
    number: row.id,
    order: row.order_ref,
    amount: decimalAmount(row.amount_minor, row.currency),
    currency: row.currency,
    issuedOn: row.issued_on,
    dueOn: row.due_on,
    paidOn: row.paid_on,
    late: isLate({ dueOn: row.due_on, paidOn: row.paid_on }, today),
  };
}
