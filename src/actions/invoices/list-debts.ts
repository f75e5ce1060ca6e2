import type { AccountActor, Context } from "../../context.ts";
import { dayIn } from "../../domain/dates.ts";
import { decimalAmount } from "../../domain/money.ts";
import { isLate } from "../../domain/standing.ts";
import { unpaidInvoices } from "../../storage/queries/standing.ts";

/** An unpaid invoice of one's own. `amount`: decimal, in the currency; `late`: past its due date, and so in the way of changes (§4). */
export type Debt = { id: string; order: string; amount: string; currency: string; issuedOn: string; dueOn: string; late: boolean };

/** What the account has not paid yet, the longest due first; the first hundred. Nobody sees another's. */
export async function listDebts(context: Context, actor: AccountActor): Promise<Debt[]> {
  const today = dayIn(context.settings.timeZone, context.clock());
  const rows = await unpaidInvoices(context.store.read, actor.id, 100);
  return rows.map((row) => ({
    id: row.id,
    order: row.order_ref,
    amount: decimalAmount(row.amount_minor, row.currency),
    currency: row.currency,
    issuedOn: row.issued_on,
    dueOn: row.due_on,
    late: isLate({ dueOn: row.due_on, paidOn: row.paid_on }, today),
  }));
}
