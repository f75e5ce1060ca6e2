import type { AccountActor, Context } from "../../context.ts";
import type { Role } from "../../domain/role.ts";
import { keysOf, type MembershipPage, type ListedService as Row, type Sort } from "../../storage/queries/membership-pages.ts";
import { countServices } from "../../storage/queries/memberships.ts";
import { searchMemberships } from "../../storage/queries/search-memberships.ts";
import { type ListedService, presentServices } from "./listed-service.ts";
import { readCursor, writeCursor } from "./service-cursor.ts";
import { searchFor } from "./service-search.ts";

export type ServiceFilters = { search?: string | undefined; product?: string | undefined; role?: Role | undefined };

/** `after`, `before`: cursors of an earlier answer with the same sort; others count as none. `limit`: 1 to 200. */
export type ListServicesInput = ServiceFilters & {
  sort?: Sort | undefined;
  after?: string | undefined;
  before?: string | undefined;
  limit?: number | undefined;
};

/** `total`: all services of the account, without regard to the filters: it is stored, not counted. */
export type ServiceList = { rows: ListedService[]; next?: string; previous?: string; total: number };

/** The services on which the account is contact, a page of them (§8 of SPEC.md). */
export async function listServices(context: Context, actor: AccountActor, input: ListServicesInput = {}): Promise<ServiceList> {
  const db = context.store.read;
  const sort = input.sort ?? "name";
  const limit = Math.min(200, Math.max(1, Math.trunc(input.limit ?? 50)));
  const page = { account: actor.id, sort, filter: filterOf(input), limit: limit + 1 };
  const found = await readPage(page, placeOf(sort, input), (one) => searchMemberships(context.store, one));
  const rows = await presentServices(db, context.settings, found.rows, actor.id, context.clock());
  const [first, last] = [found.rows[0], found.rows.at(-1)];
  return {
    rows,
    ...(found.more && last ? { next: writeCursor(sort, keysOf(sort, last)) } : {}),
    ...(found.earlier && first ? { previous: writeCursor(sort, keysOf(sort, first)) } : {}),
    total: await countServices(db, actor.id),
  };
}

/** How many services the account is contact of: stored, not counted. */
export function countOwnServices(context: Context, actor: AccountActor): Promise<number> {
  return countServices(context.store.read, actor.id);
}

/** What the storage filters by. */
export function filterOf(filters: ServiceFilters): MembershipPage["filter"] {
  return { search: searchFor(filters.search), product: filters.product || undefined, role: filters.role };
}

function placeOf(sort: Sort, input: ListServicesInput): MembershipPage["from"] {
  const before = readCursor(sort, input.before);
  if (before) return { keys: before, direction: "before" };
  const after = readCursor(sort, input.after);
  return after && { keys: after, direction: "after" };
}

type FoundPage = { rows: Row[]; more: boolean; earlier: boolean };

/** One row more than asked for says whether there is another page. A place beyond which nothing is left leads to the beginning. */
async function readPage(page: MembershipPage, from: MembershipPage["from"], read: (page: MembershipPage) => Promise<Row[]>): Promise<FoundPage> {
  const rows = await read({ ...page, from });
  if (from && rows.length === 0) return readPage(page, undefined, read);
  const beyond = rows.length === page.limit;
  const shown = beyond ? rows.slice(0, -1) : rows;
  if (from?.direction === "before") return { rows: shown.reverse(), more: true, earlier: beyond };
  return { rows: shown, more: beyond, earlier: from !== undefined };
}
