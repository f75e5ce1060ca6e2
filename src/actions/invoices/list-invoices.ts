import type { AccountActor, Context } from "../../context.ts";
import { dayIn } from "../../domain/dates.ts";
import { invoicesOf } from "../../storage/queries/standing.ts";
import { type InvoiceView, invoiceView } from "./invoice-view.ts";

type Part = { before?: number | undefined; atMost?: number | undefined };

/** The invoices of the account that acts, paid or not, the newest first. `before`: only those with a lower number. */
export async function listInvoices(context: Context, actor: AccountActor, part: Part): Promise<InvoiceView[]> {
  const today = dayIn(context.settings.timeZone, context.clock());
  return (await invoicesOf(context.store.read, actor.id, part)).map((row) => invoiceView(row, today));
}
