import { type RawBuilder, sql } from "kysely";
import { eachOf, listOf } from "../among.ts";
import { isPostgres } from "../is-postgres.ts";
import type { Store } from "../store.ts";
import type { Queryable } from "../tables.ts";
import {
  type AskedPage,
  type Condition,
  filtersOf,
  isBackwards,
  type ListedService,
  listedColumns,
  type MembershipPage,
  orders,
  pageOfMemberships,
  placeOf,
} from "./membership-pages.ts";
import { preparePage } from "./prepare-page.ts";
import { findByBeginning, pageByBeginning } from "./search-by-beginning.ts";
import { countSearched, findByParts } from "./searched-names.ts";

type Reader = Pick<Store, "engine" | "read">;
type Search = NonNullable<MembershipPage["filter"]["search"]>;

/**
 * `near`: names that are read through first; `found`: services from the index that are looked up in any case; `lookUp`: how many names could be
 * read on in the time that each further one takes.
 */
export type SearchBounds = { near: number; found: number; lookUp: number };

const usual: SearchBounds = { near: 750, found: 500, lookUp: 14 };

/**
 * `pageOfMemberships`, by the quickest way where there is a search and the account is large. What stands everywhere is found by reading on
 * from the place; what is rare, or nowhere, by the index; only what is neither costs reading on until the page is full (decision 9).
 */
export async function searchMemberships(store: Reader, page: MembershipPage, bounds = usual): Promise<ListedService[]> {
  const { account, filter, sort } = page;
  const services = filter.search ? await countSearched(store.read, account) : 0;
  if (!filter.search || services === 0) return pageOfMemberships(store.read, page);
  if (sort === "name" && filter.search.beginning && filter.search.texts.every(isShort)) return pageByBeginning(store.read, page, filter.search.texts);
  const near = await pageNear(store.read, page, { most: bounds.near });
  if (near.length === page.limit) return near;
  const ahead = Math.min(services, namesAhead(page.limit, near.length, bounds.near));
  const most = Math.max(bounds.found, Math.ceil(ahead / bounds.lookUp));
  const ids = await findServices(store, account, filter.search, most + 1);
  if (!ids || ids.length > most) return pageOfMemberships(store.read, page);
  return ids.length === 0 ? [] : pageAmong(store.read, page, { ids: listOf(ids) });
}

/** How many names have to be read until the page is full, if those that fit go on to be as frequent as they were among the first. */
function namesAhead(limit: number, found: number, read: number): number {
  return (read * (limit - found)) / Math.max(found, 0.5);
}

/** Services among which are all that fit, at most `limit`; undefined: the indexes cannot tell. */
async function findServices(store: Reader, account: number, search: Search, limit: number): Promise<number[] | undefined> {
  const short = search.texts.filter(isShort);
  const long = search.texts.filter((text) => !isShort(text));
  if (short.length > 0 && !search.beginning) return undefined;
  const found = short.length > 0 ? await findByBeginning(store.read, account, short, limit) : [];
  return long.length > 0 ? [...new Set([...found, ...(await findByParts(store, account, long, limit))])] : found;
}

/** Of so few signs that no part of three is in it. */
const isShort = (text: string): boolean => [...text].length < 3;

/** Of the first `most` rows from the place on those that fit: all of a page if there are enough. */
const pageNear = preparePage((db, page, { most }: { most: number }) => {
  const { patterns, role, ...narrowing } = page.filter;
  const conditions = every([...placeOf(page), ...filtersOf(db, narrowing)]);
  const near = sql`select ${columnsOf(page)} from membership where ${conditions} order by ${orderOf(page)} limit ${most} + 0`;
  return listed(page, sql`select * from (${near}) as membership where ${every(filtersOf(db, { patterns, role }))}`).compile(db);
});

/** The page, if nothing but the services of this list can be on it. */
const pageAmong = preparePage((db, page, { ids }: { ids: string }) => {
  const conditions = every([...placeOf(page), ...filtersOf(db, page.filter), sql<boolean>`membership.service_id = found.value`]);
  return listed(page, sql`select ${columnsOf(page)} from ${eachOf(db, ids)} as found cross join ${lookedUp(db, page)} where ${conditions}`).compile(db);
});

/**
 * One look-up for each service, and not one look at every name of the account: SQLite goes through a cross join from left to right, and PostgreSQL
 * can do nothing else with a limit inside.
 */
function lookedUp(db: Queryable, { account }: AskedPage): RawBuilder<unknown> {
  if (!isPostgres(db)) return sql`membership`;
  return sql`lateral (select * from membership where account_id = ${account} and service_id = found.value limit 1) as membership`;
}

/** The page of these memberships, whose services are looked at only when it is certain which they are. Limits are sums as in sqlite-compiler.ts. */
function listed(page: AskedPage, rows: RawBuilder<unknown>) {
  const columns = sql.join(listedColumns.map((column) => sql.ref(column)));
  const own = sql`${rows} order by ${orderOf(page)} limit ${page.limit} + 0`;
  return sql<ListedService>`select ${columns} from (${own}) as membership join service on service.id = membership.service_id order by ${orderOf(page)}`;
}

const every = (conditions: readonly Condition[]) => sql.join(conditions, sql` and `);

/** What the order and every filter look at. */
function columnsOf({ sort }: AskedPage) {
  const columns = new Set(["membership.service_id", "membership.name", "membership.roles", ...orders[sort]]);
  return sql.join([...columns].map((column) => sql.ref(column)));
}

function orderOf(page: AskedPage) {
  const direction = sql.raw(isBackwards(page) ? "desc" : "asc");
  return sql.join(orders[page.sort].map((column) => sql`${sql.ref(column)} ${direction}`));
}
