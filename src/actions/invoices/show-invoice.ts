import type { AccountActor, Context } from "../../context.ts";
import { dayIn } from "../../domain/dates.ts";
import { findDebt } from "../../storage/queries/standing.ts";
import { type InvoiceView, invoiceView } from "./invoice-view.ts";

/** An invoice of the account that acts; undefined where it has none with this number. */
export async function showInvoice(context: Context, actor: AccountActor, debtId: number): Promise<InvoiceView | undefined> {
  const row = await findDebt(context.store.read, actor.id, debtId);
  return row && invoiceView(row, dayIn(context.settings.timeZone, context.clock()));
}
