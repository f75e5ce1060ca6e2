import type { AccountActor, Context } from "../../context.ts";
import { dayIn } from "../../domain/dates.ts";
import type { Role } from "../../domain/role.ts";
import { shownName } from "../../domain/service-name.ts";
import { keysOf, type MembershipPage, type Placed, type ListedService as Row, type Sort } from "../../storage/queries/membership-pages.ts";
import { type NamedMembership, pageWithHandles } from "../../storage/queries/named-memberships.ts";
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
  return collect(actor, input, (page) => searchMemberships(context.store, page));
}

/** The same with people and open requests, as the list of the panel shows them. */
export async function collectListedServices(context: Context, actor: AccountActor, input: CollectInput): Promise<Collected<ListedService>> {
  const { rows, next } = await collectServices(context, actor, input);
  return { rows: await presentServices(context.store.read, context.settings, rows, actor.id, context.clock()), next };
}

/** A service with the handles of its contacts, and nothing that takes a further question to the database. `shownName`: domains with U-labels. */
export type NamedService = {
  readonly id: number;
  readonly product: string;
  readonly name: string;
  readonly shownName: string;
  readonly handles: Readonly<Record<Role, string>>;
  readonly expiresOn: string | null;
  readonly expired: boolean;
  readonly renewal: "automatic" | "manual";
};

/** The same with the handles of their contacts. */
export async function collectNamedServices(context: Context, actor: AccountActor, input: CollectInput): Promise<Collected<NamedService>> {
  const today = dayIn(context.settings.timeZone, context.clock());
  const { rows, next } = await collect(actor, input, (page) => pageWithHandles(context.store, page));
  return { rows: rows.map((row) => name(row, today)), next };
}

function name({ id, product, name: stored, expires_on: expiresOn, renewal, admin, tech, billing }: NamedMembership, today: string): NamedService {
  const expired = expiresOn !== null && expiresOn < today;
  return { id, product, name: stored, shownName: shownName(stored), handles: { admin, tech, billing }, expiresOn, expired, renewal };
}

/** Each piece begins after the last row of the one before, not at a number: what comes or goes meanwhile shifts nothing. */
async function collect<T extends Placed>(actor: AccountActor, input: CollectInput, read: (page: MembershipPage) => Promise<T[]>): Promise<Collected<T>> {
  const { sort, limit = Number.POSITIVE_INFINITY } = input;
  const rows: T[] = [];
  let keys = readCursor(sort, input.after);
  while (rows.length < limit) {
    const wanted = Math.min(pieceSize, limit - rows.length);
    const from = keys && ({ keys, direction: "after" } as const);
    const piece = await read({ account: actor.id, sort, filter: filterOf(input), limit: wanted + 1, from });
    const further = piece.length > wanted;
    if (further) piece.length = wanted;
    rows.push(...piece);
    const last = piece.at(-1);
    if (!last || !further) return { rows, next: undefined };
    keys = keysOf(sort, last);
  }
  return { rows, next: keys && writeCursor(sort, keys) };
}
