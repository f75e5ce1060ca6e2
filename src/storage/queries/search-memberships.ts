import { type RawBuilder, sql } from "kysely";
import type { Store } from "../store.ts";
import {
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
import { findByBeginning, pageByBeginning } from "./search-by-beginning.ts";
import { findByParts, isSearched } from "./searched-names.ts";

type Reader = Pick<Store, "engine" | "read">;
type Search = NonNullable<MembershipPage["filter"]["search"]>;

/** `near`: rows that are read through in the order of the page; `found`: services that are taken from the index and sorted. */
export type SearchBounds = { near: number; found: number };

const usual: SearchBounds = { near: 1000, found: 2000 };

/**
 * `pageOfMemberships`, by the quickest way where there is a search and the account is large. What stands everywhere is found by reading on
 * from the place; what is rare, or nowhere, by the index; only what is neither costs reading all names of the account (decision 9).
 */
export async function searchMemberships(store: Reader, page: MembershipPage, bounds = usual): Promise<ListedService[]> {
  const { search } = page.filter;
  if (!search || !(await isSearched(store.read, page.account))) return pageOfMemberships(store.read, page);
  if (page.sort === "name" && search.beginning && search.texts.every(isShort)) return pageByBeginning(store.read, page, search.texts);
  const near = await pageNear(store, page, bounds.near);
  if (near.length === page.limit) return near;
  const ids = await findServices(store, page.account, search, bounds.found + 1);
  return !ids || ids.length > bounds.found ? pageOfMemberships(store.read, page) : pageAmong(store, page, ids);
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

/** The first rows from the place on, of which those count that fit: all of a page if there are enough. */
async function pageNear({ read }: Reader, page: MembershipPage, most: number): Promise<ListedService[]> {
  const { search, role, ...narrowing } = page.filter;
  const near = sql`select ${columnsOf(page)} from membership where ${every([...placeOf(page), ...filtersOf(narrowing)])} order by ${orderOf(page)} limit ${most}`;
  const rows = sql`select * from (${near}) as membership where ${every(filtersOf({ search, role }))}`;
  return (await listed(page, rows).execute(read)).rows;
}

/** The page, if nothing but these services can be on it. */
async function pageAmong({ engine, read }: Reader, page: MembershipPage, ids: readonly number[]): Promise<ListedService[]> {
  if (ids.length === 0) return [];
  const found = engine === "sqlite" ? sql`json_each(${JSON.stringify(ids)}) as found` : sql`unnest(${ids}::bigint[]) as found (value)`;
  const conditions = [...placeOf(page), ...filtersOf(page.filter), sql<boolean>`membership.service_id = found.value`];
  // SQLite goes through a cross join from left to right: one look-up for each service, and not one look at every name of the account.
  const rows = sql`select ${columnsOf(page)} from ${found} cross join membership where ${every(conditions)}`;
  return (await listed(page, rows).execute(read)).rows;
}

/** The page of these memberships, whose services are looked at only when it is certain which they are. */
function listed(page: MembershipPage, rows: RawBuilder<unknown>) {
  const columns = sql.join(listedColumns.map((column) => sql.ref(column)));
  const own = sql`${rows} order by ${orderOf(page)} limit ${page.limit}`;
  return sql<ListedService>`select ${columns} from (${own}) as membership join service on service.id = membership.service_id order by ${orderOf(page)}`;
}

const every = (conditions: readonly Condition[]) => sql.join(conditions, sql` and `);

/** What the order and every filter look at. */
function columnsOf({ sort }: MembershipPage) {
  const columns = new Set(["membership.service_id", "membership.name", "membership.roles", ...orders[sort]]);
  return sql.join([...columns].map((column) => sql.ref(column)));
}

function orderOf(page: MembershipPage) {
  const direction = sql.raw(isBackwards(page) ? "desc" : "asc");
  return sql.join(orders[page.sort].map((column) => sql`${sql.ref(column)} ${direction}`));
}
