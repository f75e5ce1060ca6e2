import type { AccountActor, Context } from "../../context.ts";
import { keysOf, type ListedService as Row, type Sort } from "../../storage/queries/membership-pages.ts";
import { searchMemberships } from "../../storage/queries/search-memberships.ts";
import { filterOf, type ServiceFilters } from "./list-services.ts";
import { type ListedService, presentServices } from "./listed-service.ts";
import { readCursor, writeCursor } from "./service-cursor.ts";

/** `after`: a cursor of the same sort; `limit`: undefined gives all that follow. */
export type CollectInput = ServiceFilters & { sort: Sort; after?: string | undefined; limit?: number | undefined };

/** `next`: where to go on; undefined at the end. */
export type Collected<T> = { rows: T[]; next: string | undefined };

/** How many rows are read at once: what a program asks for has no upper bound, what one query brings has. */
const pieceSize = 500;

/** The account's services in one order, as bare rows: for lists of names and ids. */
export async function collectServices(context: Context, actor: AccountActor, input: CollectInput): Promise<Collected<Row>> {
  return collect(context, actor, input, async (rows) => rows);
}

/** The same with people and open requests, as the list of the panel shows them. */
export async function collectListedServices(context: Context, actor: AccountActor, input: CollectInput): Promise<Collected<ListedService>> {
  return collect(context, actor, input, (rows) => presentServices(context.store.read, context.settings, rows, actor.id, context.clock()));
}

type Present<T> = (rows: Row[]) => Promise<T[]>;

/** Each piece begins after the last row of the one before, not at a number: what comes or goes meanwhile shifts nothing. */
async function collect<T>(context: Context, actor: AccountActor, input: CollectInput, present: Present<T>): Promise<Collected<T>> {
  const { sort, limit = Number.POSITIVE_INFINITY } = input;
  const rows: T[] = [];
  let keys = readCursor(sort, input.after);
  while (rows.length < limit) {
    const wanted = Math.min(pieceSize, limit - rows.length);
    const from = keys && ({ keys, direction: "after" } as const);
    const found = await searchMemberships(context.store, { account: actor.id, sort, filter: filterOf(input), limit: wanted + 1, from });
    const piece = found.slice(0, wanted);
    rows.push(...(await present(piece)));
    const last = piece.at(-1);
    if (!last || found.length <= wanted) return { rows, next: undefined };
    keys = keysOf(sort, last);
  }
  return { rows, next: keys && writeCursor(sort, keys) };
}
