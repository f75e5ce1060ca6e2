import { type ExpressionBuilder, type SelectQueryBuilder, type SqlBool, sql } from "kysely";
import type { AccountActor, Context } from "../../context.ts";
import { isOpen, type State, states } from "../../domain/change-request.ts";
import { prepare } from "../../storage/prepare.ts";
import { prepareShapes } from "../../storage/prepare-shapes.ts";
import { findRequests } from "../../storage/queries/requests.ts";
import type { Queryable, Tables } from "../../storage/tables.ts";
import { type RequestView, viewRequests } from "./request-view.ts";

export type RequestFilter = {
  state?: State | "open" | "closed";
  /** Any of these, each as it is shown. */
  states?: readonly State[];
  /** Handles, in any letter case, in which `%` stands for any characters. */
  askerLike?: string;
  newcomerLike?: string;
  /** `sent`: asked by me; `received`: asked by others. */
  direction?: "sent" | "received";
  awaitingMe?: boolean;
  serviceId?: number;
  /** Ids: the page after (older) or before (newer) this request. */
  after?: number;
  before?: number;
  /** 1 to 200; 50 where it is left out. */
  limit?: number;
};

export type RequestPage = { rows: RequestView[]; next?: number; previous?: number; waiting: number };

/** The requests in which an account is concerned, newest first, by keyset; `waiting`: how many await its answer (at most 1,000 are counted). */
export async function listRequests(context: Context, actor: AccountActor, filter: RequestFilter = {}): Promise<RequestPage> {
  const db = context.store.read;
  const limit = Math.min(Math.max(filter.limit ?? 50, 1), 200);
  const ids = await pageOfIds(db, actor.id, filter, limit + 1, context.clock());
  const backwards = filter.before !== undefined;
  const further = ids.length > limit;
  const page = ids.slice(0, limit).sort((a, b) => b - a);
  const found = new Map((await findRequests(db, page)).map((request) => [request.id, request]));
  const rows = await viewRequests(
    context,
    db,
    page.flatMap((id) => found.get(id) ?? []),
    actor.id,
  );
  const [first, last] = [page.at(0), page.at(-1)];
  const hasNext = backwards ? true : further;
  const hasPrevious = backwards ? further : filter.after !== undefined;
  return {
    rows,
    ...(hasNext && last !== undefined && { next: last }),
    ...(hasPrevious && first !== undefined && { previous: first }),
    waiting: await countAwaiting(db, actor.id, context.clock()),
  };
}

/** The ids of the requests in which an account is concerned, newest first; without `limit` all of them. */
export async function listRequestIds(context: Context, actor: AccountActor, filter: RequestFilter = {}): Promise<number[]> {
  return pageOfIds(context.store.read, actor.id, filter, filter.limit, context.clock());
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

function awaiting(db: Queryable, accountId: number, now: number) {
  return db
    .selectFrom("approval")
    .innerJoin("change_request", "change_request.id", "approval.request_id")
    .where("approval.account_id", "=", accountId)
    .where("approval.answer", "is", null)
    .where("change_request.state", "=", "validatingByCustomers")
    .where("change_request.expires_at", ">", now);
}

type Listed = "request_party" | "change_request";

async function pageOfIds(db: Queryable, accountId: number, filter: RequestFilter, limit: number | undefined, now: number): Promise<number[]> {
  const { state, states: some, direction, awaitingMe, after, before, serviceId, askerLike, newcomerLike } = filter;
  const given = {
    accountId,
    now,
    ...(limit !== undefined && { limit }),
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
    ...(serviceId !== undefined && { serviceId }),
    ...(askerLike !== undefined && { asker: patternOf(askerLike) }),
    ...(newcomerLike !== undefined && { newcomer: patternOf(newcomerLike) }),
  };
  const rows = await idsOf(db, { state, some, direction, awaitingMe }, given);
  return rows.map((row) => row.request_id);
}

type Shape = { [Key in "state" | "direction" | "awaitingMe"]: RequestFilter[Key] | undefined } & { some: readonly State[] | undefined };
/** What is left out is not asked. */
type Values = { accountId: number; now: number } & Partial<Record<"limit" | "after" | "before" | "serviceId", number> & Record<"asker" | "newcomer", string>>;

const idsOf = prepareShapes((db, { state, some, direction, awaitingMe }: Shape, given: Values) => {
  const { accountId, now, limit, after, before, serviceId, asker, newcomer } = given;
  let query: SelectQueryBuilder<Tables, Listed, { request_id: number }> = db
    .selectFrom("request_party")
    .innerJoin("change_request", "change_request.id", "request_party.request_id")
    .select("request_party.request_id")
    .where("request_party.account_id", "=", accountId);
  if (after !== undefined) query = query.where("request_party.request_id", "<", after);
  if (before !== undefined) query = query.where("request_party.request_id", ">", before);
  if (serviceId !== undefined) query = query.where("change_request.service_id", "=", serviceId);
  if (direction) query = query.where("change_request.asker_id", direction === "sent" ? "=" : "!=", accountId);
  if (awaitingMe) query = query.where("request_party.request_id", "in", awaiting(db, accountId, now).select("approval.request_id"));
  if (state) query = query.where((where) => inState(where, state, now));
  if (some) query = query.where((where) => where.or(some.map((one) => inState(where, one, now))));
  if (asker !== undefined) query = query.where(handleLike("asker_id", asker));
  if (newcomer !== undefined) query = query.where(handleLike("to_id", newcomer));
  query = query.orderBy("request_party.request_id", before === undefined ? "desc" : "asc");
  return (limit === undefined ? query : query.limit(limit)).compile();
});

const patternOf = (like: string): string => like.toLowerCase().replace(/[\\_]/g, "\\$&");

/** Looks at the accounts of the requests that are left, one by one, and never through all accounts. */
function handleLike(column: "asker_id" | "to_id", pattern: string) {
  const person = sql.ref(`change_request.${column}`);
  return sql<SqlBool>`exists (select 1 from account where account.id = ${person} and account.handle like ${pattern} escape '\\')`;
}

/** An open request whose time has passed counts as expired, though no timer has run. */
function inState(where: ExpressionBuilder<Tables, Listed>, state: State | "open" | "closed", now: number) {
  const overdue = sql<SqlBool>`(change_request.state = 'validatingByCustomers' and change_request.expires_at <= ${now})`;
  const open = where("change_request.state", "in", states.filter(isOpen));
  if (state === "open") return where.and([open, where.not(overdue)]);
  if (state === "closed") return where.or([where.not(open), overdue]);
  const stored = where("change_request.state", "=", state);
  if (state === "expired") return where.or([stored, overdue]);
  return state === "validatingByCustomers" ? where.and([stored, where.not(overdue)]) : stored;
}
