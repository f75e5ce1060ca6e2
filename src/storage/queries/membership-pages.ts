import { type ReferenceExpression, type SelectQueryBuilder, sql } from "kysely";
import { type Role, rolesOf } from "../../domain/role.ts";
import type { Queryable, Tables } from "../tables.ts";
import { noDate } from "./memberships.ts";
import type { ServiceRow } from "./services.ts";

export const sorts = ["name", "product", "renewal"] as const;
export type Sort = (typeof sorts)[number];

/** The values by which a row stands in its order; the last is the service's id. */
export type Keys = readonly (string | number)[];

/** `search`: patterns of which the name has to contain (or, `beginning`, to begin with) one, in any case. */
export type MembershipFilter = { search?: { texts: readonly string[]; beginning: boolean } | undefined; product?: string | undefined; role?: Role | undefined };

export type MembershipPage = {
  account: number;
  sort: Sort;
  filter: MembershipFilter;
  limit: number;
  from?: { keys: Keys; direction: "after" | "before" } | undefined;
};

/** A service with the roles that the account holds on it. */
export type ListedService = Pick<
  ServiceRow,
  "id" | "name" | "product" | "admin_id" | "tech_id" | "billing_id" | "contacts_locked" | "expires_on" | "created_on" | "renewal"
> & { roles: number };

/** Each order has an index of its own that begins with the account (migrations/001). */
const orders = {
  name: ["membership.name", "membership.service_id"],
  product: ["membership.product", "membership.name", "membership.service_id"],
  renewal: ["membership.expires_on", "membership.service_id"],
} as const satisfies Record<Sort, readonly ReferenceExpression<Tables, "membership">[]>;

/** How many keys a row of this order has. */
export function keyCount(sort: Sort): number {
  return orders[sort].length;
}

/** The place of a row in its order. */
export function keysOf(sort: Sort, row: ListedService): Keys {
  const keys: Record<Sort, Keys> = { name: [row.name, row.id], product: [row.product, row.name, row.id], renewal: [row.expires_on ?? noDate, row.id] };
  return keys[sort];
}

/** At most `limit` services of an account next to a place, nearest first: before a place the order is reversed. */
export async function pageOfMemberships(db: Queryable, page: MembershipPage): Promise<ListedService[]> {
  return membershipQuery(db, page).execute();
}

/** The one query of a page; apart, so that a test can look at its plan. */
export function membershipQuery(db: Queryable, page: MembershipPage) {
  const backwards = page.from?.direction === "before";
  let query = db.selectFrom("membership").innerJoin("service", "service.id", "membership.service_id").where("membership.account_id", "=", page.account);
  if (page.from) query = query.where(beyond(orders[page.sort], page.from.keys, backwards));
  query = filtered(query, page.filter);
  for (const column of orders[page.sort]) query = query.orderBy(column, backwards ? "desc" : "asc");
  return query
    .select([
      "service.id",
      "service.name",
      "service.product",
      "service.admin_id",
      "service.tech_id",
      "service.billing_id",
      "service.contacts_locked",
      "service.expires_on",
      "service.created_on",
      "service.renewal",
      "membership.roles",
    ])
    .limit(page.limit);
}

function beyond(columns: readonly string[], keys: Keys, backwards: boolean) {
  const row = sql.join(columns.map((column) => sql.ref(column)));
  return sql<boolean>`(${row}) ${sql.raw(backwards ? "<" : ">")} (${sql.join(keys)})`;
}

type Rows = SelectQueryBuilder<Tables, "membership" | "service", object>;

function filtered(query: Rows, { search, product, role }: MembershipFilter): Rows {
  let narrowed = query;
  if (product !== undefined) narrowed = narrowed.where("membership.product", "=", product);
  if (role) narrowed = narrowed.where("membership.roles", "in", sumsWith(role));
  if (search) narrowed = narrowed.where((row) => row.or(search.texts.map((text) => matches(text, search.beginning))));
  return narrowed;
}

/** All sums of role bits in which this role is: a list where a bit operation would need another form on each engine. */
function sumsWith(role: Role): number[] {
  return [1, 2, 3, 4, 5, 6, 7].filter((sum) => rolesOf(sum).includes(role));
}

function matches(text: string, beginning: boolean) {
  const pattern = `${beginning ? "" : "%"}${text.replace(/[\\%_]/g, "\\$&")}%`;
  return sql<boolean>`lower(membership.name) like lower(${pattern}) escape '\\'`;
}
