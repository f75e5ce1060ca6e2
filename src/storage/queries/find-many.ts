import { sql } from "kysely";
import { prepare } from "../prepare.ts";
import type { Queryable } from "../tables.ts";
import type { AccountRow } from "./accounts.ts";
import type { ServiceRow } from "./services.ts";
import type { InvoiceRow } from "./standing.ts";

const atOnce = 1024;

/** Pieces of the same length, the last filled up with a repetition: each query has one text, prepared once. */
function pieces<T>(values: readonly T[]): T[][] {
  const found: T[][] = [];
  for (let start = 0; start < values.length; start += atOnce) {
    const piece = values.slice(start, start + atOnce);
    const last = piece.at(-1) as T;
    while (piece.length < atOnce) piece.push(last);
    found.push(piece);
  }
  return found;
}

const accountsByHandle = prepare((db, { handles }: { handles: readonly string[] }) =>
  db.selectFrom("account").selectAll().where("handle", "in", handles).compile(),
);

/** The accounts with these handles (lower case), by handle. */
export async function findAccountsByHandle(db: Queryable, handles: Iterable<string>): Promise<Map<string, AccountRow>> {
  const found = new Map<string, AccountRow>();
  for (const piece of pieces([...new Set(handles)])) {
    for (const row of await accountsByHandle(db, { handles: piece })) found.set(row.handle, row);
  }
  return found;
}

/** Tells services apart in a Map. */
export const serviceKey = (service: { product: string; name: string }): string => `${service.product} ${service.name}`;

const servicesByName = prepare((db, { asked }: { asked: readonly { product: string; name: string }[] }) => {
  const rows = sql.join(asked.map((one) => sql`(${one.product}, ${one.name})`));
  return sql<ServiceRow>`with asked (product, name) as (values ${rows})
    select service.* from (select distinct product, name from asked) as one
    join service on service.product = one.product and service.name = one.name and service.removed_at is null`.compile(db);
});

/** The services with these products and stored names, by `serviceKey`. */
export async function findServicesByName(db: Queryable, wanted: readonly { product: string; name: string }[]): Promise<Map<string, ServiceRow>> {
  const found = new Map<string, ServiceRow>();
  for (const piece of pieces(wanted)) {
    const asked = piece.map(({ product, name }) => ({ product, name }));
    for (const row of await servicesByName(db, { asked })) found.set(serviceKey(row), row);
  }
  return found;
}

/** The invoices with these numbers, by number. */
export async function findInvoices(db: Queryable, ids: readonly string[]): Promise<Map<string, InvoiceRow>> {
  const found = new Map<string, InvoiceRow>();
  for (const piece of pieces([...new Set(ids)])) {
    for (const row of await db.selectFrom("invoice").selectAll().where("id", "in", piece).execute()) found.set(row.id, row);
  }
  return found;
}
