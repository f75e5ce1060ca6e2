import type { AccountActor, Context } from "../../context.ts";
import { prepare } from "../../storage/prepare.ts";
import type { Queryable } from "../../storage/tables.ts";
import { awaiting, pageOfIds, pageOfRequests, type RequestFilter } from "./request-pages.ts";
import { type RequestView, viewRequests } from "./request-view.ts";

export type RequestPage = { rows: RequestView[]; next?: number; previous?: number; waiting: number };

/** The requests in which an account is concerned, newest first, by keyset; `waiting`: how many await its answer (at most 1,000 are counted). */
export async function listRequests(context: Context, actor: AccountActor, filter: RequestFilter = {}): Promise<RequestPage> {
  const db = context.store.read;
  const limit = Math.min(Math.max(filter.limit ?? 50, 1), 200);
  const now = context.clock();
  const [found, waiting] = await Promise.all([pageOfRequests(db, actor.id, { ...filter, limit: limit + 1 }, now), countAwaiting(db, actor.id, now)]);
  const backwards = filter.before !== undefined;
  const further = found.length > limit;
  const page = found.slice(0, limit).sort((a, b) => b.id - a.id);
  const [first, last] = [page.at(0), page.at(-1)];
  const hasNext = backwards ? true : further;
  const hasPrevious = backwards ? further : filter.after !== undefined;
  return {
    rows: await viewRequests(db, page, actor.id, now),
    ...(hasNext && last && { next: last.id }),
    ...(hasPrevious && first && { previous: first.id }),
    waiting,
  };
}

/** `next`: the id after which to go on; undefined at the end. */
export type Collected<T> = { rows: T[]; next: number | undefined };

/** So many requests are read at once: what a program asks for has no upper bound, what one query brings has. */
const pieceSize = 500;

/** The same for programs: `limit` of them, or all that follow. */
export async function collectRequests(context: Context, actor: AccountActor, filter: RequestFilter): Promise<Collected<RequestView>> {
  const db = context.store.read;
  const limit = filter.limit ?? Number.POSITIVE_INFINITY;
  const now = context.clock();
  const rows: RequestView[] = [];
  for (let asked = filter; ; ) {
    const wanted = Math.min(pieceSize, limit - rows.length);
    const found = await pageOfRequests(db, actor.id, { ...asked, limit: wanted + 1 }, now);
    const piece = found.slice(0, wanted);
    rows.push(...(await viewRequests(db, piece, actor.id, now)));
    const last = found.length > wanted ? piece.at(-1) : undefined;
    if (!last || rows.length >= limit) return { rows, next: last?.id };
    asked = { ...filter, after: last.id };
  }
}

/** Only their ids. */
export async function collectRequestIds(context: Context, actor: AccountActor, { limit, ...asked }: RequestFilter): Promise<Collected<number>> {
  const filter = { ...asked, ...(limit !== undefined && { limit: limit + 1 }) };
  const ids = await pageOfIds(context.store.read, actor.id, filter, context.clock());
  const rows = ids.slice(0, limit);
  return { rows, next: rows.length < ids.length ? rows.at(-1) : undefined };
}

/** How many open requests await this account's answer; stops counting at 1,000. */
async function countAwaiting(db: Queryable, accountId: number, now: number): Promise<number> {
  return (await waitingFor(db, { accountId, now })).length;
}

const waitingFor = prepare((db, { accountId, now }: { accountId: number; now: number }) =>
  awaiting(db, accountId, now).select("approval.request_id").limit(1000).compile(),
);

/** How many requests await this account's answer (at most 1,000 are counted), and when the first of them expires (ms). */
export async function whatWaits(context: Context, actor: AccountActor): Promise<{ waiting: number; firstExpiry: number | undefined }> {
  const [found] = await summedUp(context.store.read, { accountId: actor.id, now: context.clock() });
  return { waiting: Math.min(found?.waiting ?? 0, 1000), firstExpiry: found?.firstExpiry ?? undefined };
}

const summedUp = prepare((db, { accountId, now }: { accountId: number; now: number }) =>
  awaiting(db, accountId, now)
    .select(({ fn }) => [fn.countAll<number>().as("waiting"), fn.min<number | null>("change_request.expires_at").as("firstExpiry")])
    .compile(),
);
