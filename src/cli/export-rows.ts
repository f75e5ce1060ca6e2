import type { ImportKind } from "../actions/import/import-batch.ts";
import { ownerOf } from "../actions/services/owner.ts";
import { decimalAmount } from "../domain/money.ts";
import { type ServiceWithHandles, streamAccounts, streamInvoices, streamServices } from "../storage/queries/export.ts";
import type { Queryable } from "../storage/tables.ts";
import type { Cells } from "./import/columns.ts";

/** Everything of one kind as cells that `import` takes. */
export async function* exportRows(db: Queryable, kind: ImportKind): AsyncGenerator<Cells> {
  if (kind === "account") yield* accounts(db);
  else if (kind === "service") yield* services(db);
  else yield* invoices(db);
}

const yesOrNo = (flag: boolean): string => (flag ? "yes" : "no");

async function* accounts(db: Queryable): AsyncGenerator<Cells> {
  for await (const { handle, name, email, language, status, email_verified_at } of streamAccounts(db)) {
    yield { type: "account", handle, name, email, language, verified: yesOrNo(email_verified_at !== null), status };
  }
}

async function* services(db: Queryable): AsyncGenerator<Cells> {
  for await (const row of streamServices(db)) {
    const { product, name, admin, tech, billing, renewal } = row;
    const dates = { created: row.created_on, expires: row.expires_on ?? "" };
    yield { type: "service", product, name, admin, tech, billing, ...dates, renewal, locked: yesOrNo(row.contacts_locked === 1), ...ownerCells(row) };
  }
}

function ownerCells(row: ServiceWithHandles): Cells {
  return Object.fromEntries(Object.entries(ownerOf(row)).map(([part, text]) => [`owner_${part}`, text]));
}

async function* invoices(db: Queryable): AsyncGenerator<Cells> {
  for await (const row of streamInvoices(db)) {
    const amount = decimalAmount(row.amount_minor, row.currency);
    const dates = { issued: row.issued_on, due: row.due_on, paid: row.paid_on ?? "" };
    yield { type: "invoice", id: row.id, account: row.handle, order: row.order_ref, amount, currency: row.currency, ...dates };
  }
}
