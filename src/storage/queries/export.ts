import type { Selectable } from "kysely";
import type { InvoiceTable, Queryable } from "../tables.ts";
import type { AccountRow } from "./accounts.ts";
import type { ServiceRow } from "./services.ts";

/*
 * Everything of one kind, as it was at the moment of the first row, in pieces: memory stays flat however much there is.
 */

const pieces = 500;

export function streamAccounts(db: Queryable): AsyncIterable<AccountRow> {
  return db.selectFrom("account").selectAll().orderBy("id").stream(pieces);
}

export type ServiceWithHandles = ServiceRow & { admin: string; tech: string; billing: string };

/** The services that exist, with the handles of their contacts. */
export function streamServices(db: Queryable): AsyncIterable<ServiceWithHandles> {
  return db
    .selectFrom("service")
    .innerJoin("account as a", "a.id", "service.admin_id")
    .innerJoin("account as t", "t.id", "service.tech_id")
    .innerJoin("account as b", "b.id", "service.billing_id")
    .selectAll("service")
    .select(["a.handle as admin", "t.handle as tech", "b.handle as billing"])
    .where("service.removed_at", "is", null)
    .orderBy("service.id")
    .stream(pieces);
}

export function streamInvoices(db: Queryable): AsyncIterable<Selectable<InvoiceTable> & { handle: string }> {
  return db
    .selectFrom("invoice")
    .innerJoin("account", "account.id", "invoice.account_id")
    .selectAll("invoice")
    .select("account.handle")
    .orderBy("invoice.id")
    .stream(pieces);
}
