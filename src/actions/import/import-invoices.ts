import type { Insertable } from "kysely";
import { prepare } from "../../storage/prepare.ts";
import { findAccountsByHandle, findInvoices } from "../../storage/queries/find-many.ts";
import { inPieces } from "../../storage/queries/in-pieces.ts";
import type { InvoiceRow } from "../../storage/queries/standing.ts";
import type { Transaction } from "../../storage/store.ts";
import type { InvoiceTable } from "../../storage/tables.ts";
import { type Imported, type ImportOptions, ImportOutdated, type InvoiceRecord } from "./records.ts";

/** Writes invoices of a file; the standing of an account follows from them. */
export async function importInvoices(tx: Transaction, records: readonly InvoiceRecord[], options: ImportOptions): Promise<Imported> {
  const accounts = await findAccountsByHandle(
    tx.db,
    records.map((record) => record.account),
  );
  const ids = options.update ? records.map((record) => record.id) : [];
  const known = await findInvoices(tx.db, ids);
  const rows = records.map((record) => rowOf(record, accounts.get(record.account)?.id, known.get(record.id)));
  const fresh = rows.filter((row) => !known.has(row.id));
  await insertAll(tx, fresh);
  const changed = rows.filter((row) => differs(row, known.get(row.id)));
  for (const row of changed) await tx.db.updateTable("invoice").set(row).where("id", "=", row.id).execute();
  return { added: fresh.length, changed: changed.length, same: rows.length - fresh.length - changed.length };
}

async function insertAll(tx: Transaction, rows: readonly Insertable<InvoiceTable>[]): Promise<void> {
  const added = await inPieces(rows, (piece) => insert(tx.db, { rows: piece }));
  if (added.length < rows.length) throw new ImportOutdated("an invoice of the file has come into being");
}

const insert = prepare((db, { rows }: { rows: readonly Insertable<InvoiceTable>[] }) =>
  db
    .insertInto("invoice")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .compile(),
);

function rowOf(record: InvoiceRecord, account: number | undefined, before: InvoiceRow | undefined): Insertable<InvoiceTable> {
  if (account === undefined) throw new ImportOutdated(`the account ${record.account} is gone`);
  return {
    id: record.id,
    account_id: account,
    order_ref: record.order ?? before?.order_ref ?? "",
    amount_minor: record.amount,
    currency: record.currency,
    issued_on: record.issuedOn ?? before?.issued_on ?? record.dueOn,
    due_on: record.dueOn,
    paid_on: record.paidOn === undefined ? (before?.paid_on ?? null) : record.paidOn,
  };
}

function differs(row: Insertable<InvoiceTable>, before: InvoiceRow | undefined): boolean {
  return before !== undefined && (Object.keys(row) as (keyof InvoiceRow)[]).some((field) => row[field] !== before[field]);
}
