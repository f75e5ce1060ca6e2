import { type ExpressionBuilder, type SelectQueryBuilder, type SqlBool, sql } from "kysely";
import { isOpen, type State, states } from "../../domain/change-request.ts";
import { prepareShapes } from "../../storage/prepare-shapes.ts";
import { type RequestRow, withRoles } from "../../storage/queries/requests.ts";
import type { Queryable, Tables } from "../../storage/tables.ts";

/** What is left out is not asked. */
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
  id?: number;
  serviceId?: number;
  /** Ids: the page after (older) or before (newer) this request. */
  after?: number;
  before?: number;
  limit?: number;
};

/** A request with what is told of its service. Removed services keep their name here: their requests stay readable. */
export type ListedRequest = RequestRow & { product: string; name: string; admin_id: number };

/** The requests in which an account is concerned, newest first; the oldest first where they come `before` one. */
export async function pageOfRequests(db: Queryable, accountId: number, filter: RequestFilter, now: number): Promise<ListedRequest[]> {
  return (await rowsOf(db, shapeOf(filter), valuesOf(accountId, filter, now))).map(withRoles);
}

/** Only their ids. */
export async function pageOfIds(db: Queryable, accountId: number, filter: RequestFilter, now: number): Promise<number[]> {
  return (await idsOf(db, shapeOf(filter), valuesOf(accountId, filter, now))).map((row) => row.request_id);
}

type Shape = { [Key in "state" | "direction" | "awaitingMe"]: RequestFilter[Key] | undefined } & { some: readonly State[] | undefined };
type Values = { accountId: number; now: number } & Partial<
  Record<"limit" | "id" | "after" | "before" | "serviceId", number> & Record<"asker" | "newcomer", string>
>;

const shapeOf = ({ state, states: some, direction, awaitingMe }: RequestFilter): Shape => ({ state, some, direction, awaitingMe });

function valuesOf(accountId: number, { limit, id, after, before, serviceId, askerLike, newcomerLike }: RequestFilter, now: number): Values {
  return {
    accountId,
    now,
    ...(limit !== undefined && { limit }),
    ...(id !== undefined && { id }),
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
    ...(serviceId !== undefined && { serviceId }),
    ...(askerLike !== undefined && { asker: patternOf(askerLike) }),
    ...(newcomerLike !== undefined && { newcomer: patternOf(newcomerLike) }),
  };
}

const idsOf = prepareShapes((db, shape: Shape, given: Values) => pageQuery(db, shape, given).select("request_party.request_id").compile());

const rowsOf = prepareShapes((db, shape: Shape, given: Values) =>
  pageQuery(db, shape, given)
    .innerJoin("service", "service.id", "change_request.service_id")
    .selectAll("change_request")
    .select(["service.product", "service.name", "service.admin_id"])
    .compile(),
);

type Listed = "request_party" | "change_request";

function pageQuery(db: Queryable, { state, some, direction, awaitingMe }: Shape, given: Values) {
  const { accountId, now, limit, id, after, before, serviceId, asker, newcomer } = given;
  let query: SelectQueryBuilder<Tables, Listed, object> = db
    .selectFrom("request_party")
    .innerJoin("change_request", "change_request.id", "request_party.request_id")
    .where("request_party.account_id", "=", accountId);
  if (id !== undefined) query = query.where("request_party.request_id", "=", id);
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
  return limit === undefined ? query : query.limit(limit);
}

/** The open requests that await this account's answer, each by its approval. */
export function awaiting(db: Queryable, accountId: number, now: number) {
  return db
    .selectFrom("approval")
    .innerJoin("change_request", "change_request.id", "approval.request_id")
    .where("approval.account_id", "=", accountId)
    .where("approval.answer", "is", null)
    .where("change_request.state", "=", "validatingByCustomers")
    .where("change_request.expires_at", ">", now);
}

const patternOf = (like: string): string => like.toLowerCase().replace(/[\\_]/g, "\\$&");

/** Looks at the accounts of the requests that are left, one by one, and never through all accounts. The pattern is a sum as in membership-pages.ts. */
function handleLike(column: "asker_id" | "to_id", pattern: string) {
  const person = sql.ref(`change_request.${column}`);
  return sql<SqlBool>`exists (select 1 from account where account.id = ${person} and account.handle like (${pattern} || '') escape '\\')`;
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
