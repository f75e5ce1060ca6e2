import { sql } from "kysely";
import { isAmongTexts, textsOf } from "../among.ts";
import { isPostgres } from "../is-postgres.ts";
import { prepare } from "../prepare.ts";
import type { Queryable } from "../tables.ts";
import type { AccountRow } from "./accounts.ts";
import type { ServiceRow } from "./services.ts";
import type { InvoiceRow } from "./standing.ts";

/*
 * What is looked for comes as one value: a query for any number has one text, prepared once.
 */

const accountsByHandle = prepare((db, { handles }: { handles: string }) =>
  db
    .selectFrom("account")
    .selectAll()
    .where(isAmongTexts(db, "handle", handles))
    .compile(),
);

/** The accounts with these handles (lower case), by handle. */
export async function findAccountsByHandle(db: Queryable, handles: readonly string[]): Promise<Map<string, AccountRow>> {
  const rows = handles.length > 0 ? await accountsByHandle(db, { handles: textsOf(handles) }) : [];
  return new Map(rows.map((row) => [row.handle, row]));
}

/** Tells services apart in a Map. */
export const serviceKey = (service: { product: string; name: string }): string => `${service.product} ${service.name}`;

const servicesByName = prepare((db, { pairs }: { pairs: string }) => {
  const each = isPostgres(db) ? sql`json_array_elements(${pairs}::json) as asked (value)` : sql`json_each(${pairs}) as asked`;
  return sql<ServiceRow>`select service.* from ${each}
    join service on service.product = asked.value ->> 0 and service.name = asked.value ->> 1 and service.removed_at is null`.compile(db);
});

/** The services with these products and stored names, by `serviceKey`. */
export async function findServicesByName(db: Queryable, wanted: readonly { product: string; name: string }[]): Promise<Map<string, ServiceRow>> {
  const pairs = JSON.stringify(wanted.map(({ product, name }) => [product, name]));
  const rows = wanted.length > 0 ? await servicesByName(db, { pairs }) : [];
  return new Map(rows.map((row) => [serviceKey(row), row]));
}

const invoicesById = prepare((db, { ids }: { ids: string }) =>
  db
    .selectFrom("invoice")
    .selectAll()
    .where(isAmongTexts(db, "id", ids))
    .compile(),
);

/** The invoices with these numbers, by number. */
export async function findInvoices(db: Queryable, ids: readonly string[]): Promise<Map<string, InvoiceRow>> {
  const rows = ids.length > 0 ? await invoicesById(db, { ids: textsOf(ids) }) : [];
  return new Map(rows.map((row) => [row.id, row]));
}
