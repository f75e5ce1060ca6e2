import type { Insertable, Selectable } from "kysely";
import { prepare } from "../prepare.ts";
import type { InvoiceTable, Queryable } from "../tables.ts";

export type InvoiceRow = Selectable<InvoiceTable>;

const behind = prepare((db, { ids, today }: { ids: readonly number[]; today: string }) =>
  db.selectFrom("invoice").select("account_id").distinct().where("account_id", "in", ids).where("paid_on", "is", null).where("due_on", "<", today).compile(),
);

/** Which of these accounts have an unpaid invoice past its due date. `today`: `YYYY-MM-DD` in the operator's time zone. */
export async function accountsBehind(db: Queryable, ids: readonly number[], today: string): Promise<Set<number>> {
  if (ids.length === 0) return new Set();
  const rows = await behind(db, { ids: [...new Set(ids)], today });
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

/** The invoices of an account, paid or not, the newest first. `before`: only those with a lower number. */
export async function invoicesOf(db: Queryable, accountId: number, part: { before?: number | undefined; atMost?: number | undefined }): Promise<InvoiceRow[]> {
  let query = db.selectFrom("invoice").selectAll().where("account_id", "=", accountId).orderBy("debt_id", "desc");
  if (part.before !== undefined) query = query.where("debt_id", "<", part.before);
  if (part.atMost !== undefined) query = query.limit(part.atMost);
  return query.execute();
}

/** The invoice of an account with this number. */
export async function findDebt(db: Queryable, accountId: number, debtId: number): Promise<InvoiceRow | undefined> {
  return db.selectFrom("invoice").selectAll().where("debt_id", "=", debtId).where("account_id", "=", accountId).executeTakeFirst();
}

/** What an account owes, in the smallest unit, for each currency and day on which it is due. */
export async function owedByDay(db: Queryable, accountId: number): Promise<{ currency: string; due_on: string; amount: number }[]> {
  const rows = await db
    .selectFrom("invoice")
    .select((row) => ["currency", "due_on", row.fn.sum<number | string>("amount_minor").as("amount")])
    .where("account_id", "=", accountId)
    .where("paid_on", "is", null)
    .groupBy(["currency", "due_on"])
    .orderBy("due_on")
    .orderBy("currency")
    .execute();
  return rows.map((row) => ({ ...row, amount: Number(row.amount) }));
}

export async function findInvoice(db: Queryable, id: string): Promise<InvoiceRow | undefined> {
  return db.selectFrom("invoice").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Undefined where the number is taken. */
export async function insertInvoice(db: Queryable, row: Insertable<InvoiceTable>): Promise<InvoiceRow | undefined> {
  return db
    .insertInto("invoice")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** Undefined where there is none that is unpaid. `day`: `YYYY-MM-DD`. */
export async function markPaid(db: Queryable, id: string, day: string): Promise<InvoiceRow | undefined> {
  return db.updateTable("invoice").set({ paid_on: day }).where("id", "=", id).where("paid_on", "is", null).returningAll().executeTakeFirst();
}
