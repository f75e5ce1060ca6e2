import type { InvoiceRecord } from "../../actions/import/records.ts";
import { isCurrency, minorUnits } from "../../domain/money.ts";
import { dayCell, type Found, handleCell, present, textCell } from "./cells.ts";
import type { Cells } from "./columns.ts";
import { quote } from "./quote.ts";

const currencies = new Map<string, boolean>();

/** Looking a currency up is slow, and a file has few of them. */
function isKnown(currency: string): boolean {
  const known = currencies.get(currency) ?? isCurrency(currency);
  currencies.set(currency, known);
  return known;
}

/** The line of an invoice. */
export function checkInvoice(cells: Cells, found: Found): InvoiceRecord {
  const currency = (cells["currency"] ?? "").toUpperCase();
  const issuedOn = dayCell(cells, "issued", found) ?? undefined;
  const dueOn = dayCell(cells, "due", found) ?? "";
  if (issuedOn !== undefined && dueOn < issuedOn) found("due", `${dueOn} lies before the day of the invoice, ${issuedOn}`);
  return {
    id: textCell(cells, "id", 100, found) ?? "",
    account: handleCell(cells, "account", found),
    amount: amountOf(cells["amount"] ?? "", currency, found),
    currency,
    dueOn,
    ...present<Pick<InvoiceRecord, "order" | "issuedOn" | "paidOn">>({
      order: textCell(cells, "order", 100, found),
      issuedOn,
      paidOn: dayCell(cells, "paid", found),
    }),
  };
}

function amountOf(typed: string, currency: string, found: Found): number {
  if (!isKnown(currency)) {
    found("currency", `${quote(currency)} is not a currency such as EUR`);
    return 0;
  }
  const amount = minorUnits(typed, currency);
  if (amount === undefined) found("amount", `${quote(typed)} is not an amount of ${currency} above zero, such as 12.50`);
  return amount ?? 0;
}
