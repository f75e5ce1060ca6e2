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
import { type Found, findByParts, findsInOrder } from "./search-by-parts.ts";
import { countSearched } from "./searched-names.ts";

type Reader = Pick<Store, "engine" | "read">;
type Search = NonNullable<MembershipPage["filter"]["search"]>;

/**
 * `near`: names that are read through first; `early`: services for each row of the page that are looked up first, where the index gives them in its order;
 * `found`: services from the index that are looked up in any case; `lookUp`: how many names could be read on in the time that looking up one takes.
 */
export type SearchBounds = { near: number; early: number; found: number; lookUp: number };

/** PostgreSQL's index takes long over what many names hold, however few of them are wanted: more of the nearest names are asked first. */
const usual: Record<Store["engine"], SearchBounds> = {
  sqlite: { near: 150, early: 2, found: 500, lookUp: 14 },
  postgres: { near: 750, early: 2, found: 500, lookUp: 14 },
};

/**
 * `pageOfMemberships`, by the quickest way where there is a search and the account is large. What stands everywhere is found by reading on
 * from the place; what is rare, or nowhere, by the index, and so are the first of what is neither where the index has the page's order. Only what is left
 * costs reading on until the page is full (decision 9).
 */
export async function searchMemberships(store: Reader, page: MembershipPage, bounds = usual[store.engine]): Promise<ListedService[]> {
  const { account, filter, sort, limit } = page;
  const services = filter.search ? await countSearched(store.read, account) : 0;
  if (!filter.search || services === 0) return pageOfMemberships(store.read, page);
  if (sort === "name" && filter.search.beginning && filter.search.texts.every(isShort)) return pageByBeginning(store.read, page, filter.search.texts);
  const few = bounds.early * limit;
  const near = await readOn(store.read, page, bounds.near, few * bounds.lookUp);
  if (near.rows.length === limit) return near.rows;
  const early = findsInOrder(store, page) ? await pageFound(store, page, filter.search, few) : undefined;
  const most = Math.max(bounds.found, Math.ceil(Math.min(services, near.ahead) / bounds.lookUp));
  return early ?? (await pageFound(store, page, filter.search, most)) ?? pageOfMemberships(store.read, page);
}

type Near = { rows: ListedService[]; ahead: number };

/**
 * Those that fit among the first `most` names, or among more, up to `far`, where these should do. `ahead`: how many names are left to be read until the page
 * is full, if those that fit go on to be as frequent.
 */
async function readOn(db: Queryable, page: MembershipPage, most: number, far: number): Promise<Near> {
  const rows = await pageNear(db, page, { most });
  const ahead = (most * (page.limit - rows.length)) / Math.max(rows.length, 0.5);
  const further = Math.ceil(1.5 * (most + ahead));
  return ahead === 0 || further > far ? { rows, ahead } : readOn(db, page, further, far);
}

/** The page by at most `most` services from the indexes; undefined: more could be on it. */
async function pageFound(store: Reader, page: MembershipPage, search: Search, most: number): Promise<ListedService[] | undefined> {
  const { ids, whole } = await findServices(store, page, search, most);
  if (!whole && ids.length < page.limit) return undefined;
  const rows = ids.length === 0 ? [] : await pageAmong(store.read, page, { ids: listOf(ids) });
  return whole || rows.length === page.limit ? rows : undefined;
}

async function findServices(store: Reader, page: MembershipPage, search: Search, most: number): Promise<Found> {
  const short = search.texts.filter(isShort);
  const long = search.texts.filter((text) => !isShort(text));
  if (short.length === 0) return findByParts(store, page, long, most);
  if (!search.beginning) return unknown;
  const begun = await findByBeginning(store.read, page.account, short, most + 1);
  if (begun.length > most) return unknown;
  const { ids, whole } = long.length > 0 ? await findByParts(store, page, long, most) : { ids: [], whole: true };
  return whole ? { ids: [...begun, ...ids], whole } : unknown;
}

/** The indexes cannot tell. */
const unknown: Found = { ids: [], whole: false };

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
