import { type RawBuilder, type ReferenceExpression, sql } from "kysely";
import { type Role, rolesOf } from "../../domain/role.ts";
import { isPostgres } from "../is-postgres.ts";
import type { Queryable, Tables } from "../tables.ts";
import { noDate } from "./memberships.ts";
import { preparePage } from "./prepare-page.ts";
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

/** A page as its query is given it, with `patterns` of which the name has to be like one. */
export type AskedPage = Omit<MembershipPage, "filter"> & { filter: AskedFilter };
export type AskedFilter = Omit<MembershipFilter, "search"> & { patterns?: readonly string[] | undefined };

/** Each order has an index of its own that begins with the account (migrations/001). */
export const orders = {
  name: ["membership.name", "membership.service_id"],
  product: ["membership.product", "membership.name", "membership.service_id"],
  renewal: ["membership.expires_on", "membership.service_id"],
} as const satisfies Record<Sort, readonly ReferenceExpression<Tables, "membership">[]>;

/** How many keys a row of this order has. */
export function keyCount(sort: Sort): number {
  return orders[sort].length;
}

/** What the place of a row depends on. */
export type Placed = Pick<ListedService, "id" | "name" | "product" | "expires_on"> & Partial<ListedService>;

/** The place of a row in its order. */
export function keysOf(sort: Sort, row: Placed): Keys {
  const keys: Record<Sort, Keys> = { name: [row.name, row.id], product: [row.product, row.name, row.id], renewal: [row.expires_on ?? noDate, row.id] };
  return keys[sort];
}

/** At most `limit` services of an account next to a place, nearest first: before a place the order is reversed. */
export function pageOfMemberships(db: Queryable, page: MembershipPage): Promise<ListedService[]> {
  return usualPage(db, page, {});
}

const usualPage = preparePage((db, page) => membershipQuery(db, page).compile());

/** The one query of a page; apart, so that a test can look at its plan. */
export function membershipQuery(db: Queryable, page: AskedPage) {
  let query = db.selectFrom("membership").innerJoin("service", "service.id", "membership.service_id");
  for (const condition of [...placeOf(page), ...filtersOf(db, page.filter)]) query = query.where(condition);
  for (const column of orders[page.sort]) query = query.orderBy(column, isBackwards(page) ? "desc" : "asc");
  return query.select(listedColumns).limit(page.limit);
}

/** What a page needs of each service. */
export const listedColumns = [
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
] as const;

/** Something that is asked of a row of `membership`. */
export type Condition = RawBuilder<boolean>;

/** Which memberships stand where a page goes: those of its account beyond its place. */
export function placeOf({ account, sort, from }: AskedPage): Condition[] {
  const own = sql<boolean>`membership.account_id = ${account}`;
  if (!from) return [own];
  const row = sql.join(orders[sort].map((column) => sql.ref(column)));
  return [own, sql<boolean>`(${row}) ${sql.raw(from.direction === "before" ? "<" : ">")} (${sql.join(from.keys)})`];
}

/** Whether a page is read from its end. */
export function isBackwards({ from }: Pick<AskedPage, "from">): boolean {
  return from?.direction === "before";
}

/** What a filter asks of a membership. */
export function filtersOf(db: Queryable, { patterns, product, role }: AskedFilter): Condition[] {
  return [
    ...(product === undefined ? [] : [sql<boolean>`membership.product = ${product}`]),
    ...(role ? [sql<boolean>`membership.roles in (${sql.join(sumsWith(role))})`] : []),
    ...(patterns ? [isLikeOne(db, patterns)] : []),
  ];
}

/** All sums of role bits in which this role is: a list where a bit operation would need another form on each engine. */
function sumsWith(role: Role): number[] {
  return [1, 2, 3, 4, 5, 6, 7].filter((sum) => rolesOf(sum).includes(role));
}

/**
 * Only ASCII letters have two cases here, on both engines: texts are kept in the collation "C". SQLite's `like` knows that by itself, in half the time.
 * To a pattern that is a value and nothing more it would look for a better plan each time, as with a limit (sqlite-compiler.ts).
 */
function isLikeOne(db: Queryable, patterns: readonly string[]): Condition {
  const name = isPostgres(db) ? sql`lower(membership.name)` : sql`membership.name`;
  const each = patterns.map((pattern) => sql`${name} like (${pattern} || '') escape '\\'`);
  return sql<boolean>`(${sql.join(each, sql` or `)})`;
}
