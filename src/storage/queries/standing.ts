import type { Selectable } from "kysely";
import type { InvoiceTable, Queryable } from "../tables.ts";

export type InvoiceRow = Selectable<InvoiceTable>;

/** Which of these accounts have an unpaid invoice past its due date. `today`: `YYYY-MM-DD` in the operator's time zone. */
export async function accountsBehind(db: Queryable, ids: readonly number[], today: string): Promise<Set<number>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .selectFrom("invoice")
    .select("account_id")
    .distinct()
    .where("account_id", "in", [...new Set(ids)])
    .where("paid_on", "is", null)
    .where("due_on", "<", today)
    .execute();
  return new Set(rows.map((row) => row.account_id));
}

/** The unpaid invoices of an account, the longest due first. */
export async function unpaidInvoices(db: Queryable, accountId: number, atMost: number): Promise<InvoiceRow[]> {
  return db
    .selectFrom("invoice")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("paid_on", "is", null)
    .orderBy("due_on")
    .orderBy("id")
    .limit(atMost)
    .execute();
}
