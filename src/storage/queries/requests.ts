import { type Insertable, type Selectable, sql } from "kysely";
import type { FailureReason } from "../../domain/change-request.ts";
import { type Role, roleBits, rolesOf } from "../../domain/role.ts";
import { isAmong, listOf } from "../among.ts";
import { prepare, prepareWrite } from "../prepare.ts";
import type { Transaction } from "../store.ts";
import type { ApprovalTable, ChangeRequestTable, OpenRoleTable, Queryable, RequestPartyTable } from "../tables.ts";

export type ApprovalRow = Selectable<ApprovalTable>;
export type RequestRow = Omit<Selectable<ChangeRequestTable>, "roles"> & { roles: Role[] };

/** A row with its roles by name. */
export const withRoles = <Row extends { roles: number }>(row: Row): Omit<Row, "roles"> & { roles: Role[] } => ({ ...row, roles: rolesOf(row.roles) });

const byId = prepare((db, { id }: { id: number }) => db.selectFrom("change_request").selectAll().where("id", "=", id).compile());

export async function findRequest(db: Queryable, id: number): Promise<RequestRow | undefined> {
  const [row] = await byId(db, { id });
  return row && withRoles(row);
}

const openOnes = prepare((db, { serviceId }: { serviceId: number }) => {
  const held = db.selectFrom("open_role").select("request_id").where("service_id", "=", serviceId);
  return db.selectFrom("change_request").selectAll().where("id", "in", held).orderBy("id").compile();
});

/** The open requests of a service by id, found through the roles that they hold. */
export async function findOpenRequests(db: Queryable, serviceId: number): Promise<RequestRow[]> {
  return (await openOnes(db, { serviceId })).map(withRoles);
}

/** An open request and the moment (ms) by which it was found. */
export type DueRequest = { id: number; at: number };

type WantedDue = { by: "expires_at" | "remind_at"; now: number; after?: DueRequest | undefined; atMost: number };

/** The next open requests whose end or reminder has come by `now`, the longest due first. `after`: the last that is known already. */
export async function openRequestsDue(db: Queryable, { by, now, after, atMost }: WantedDue): Promise<DueRequest[]> {
  let query = db.selectFrom("change_request").select("id").select(`${by} as at`).where("state", "=", "validatingByCustomers").where(by, "<=", now);
  if (after) query = query.where((row) => row(row.refTuple(by, "id"), ">", row.tuple(after.at, after.id)));
  const rows = await query.orderBy(by).orderBy("id").limit(atMost).execute();
  return rows.map(({ id, at }) => ({ id, at: Number(at) }));
}

/** Open requests in which the account is asker, holder or newcomer, by id. */
export async function findOpenRequestsOf(db: Queryable, accountId: number): Promise<RequestRow[]> {
  const rows = await db
    .selectFrom("request_party")
    .innerJoin("change_request", "change_request.id", "request_party.request_id")
    .selectAll("change_request")
    .where("request_party.account_id", "=", accountId)
    .where("request_party.lasting", "=", 1)
    .where("change_request.state", "in", ["todo", "checkValidity", "validatingByCustomers", "doing"])
    .orderBy("change_request.id")
    .execute();
  return rows.map(withRoles);
}

const approvalsOf = prepare((db, { requestIds }: { requestIds: readonly number[] }) =>
  db.selectFrom("approval").selectAll().where("request_id", "in", requestIds).orderBy("id").compile(),
);

/** The approvals of a request, the asker's first (they are made in that order). */
export async function findApprovals(db: Queryable, requestIds: readonly number[]): Promise<ApprovalRow[]> {
  return requestIds.length === 0 ? [] : approvalsOf(db, { requestIds });
}

/** As much of an approval as is shown of it. */
export type ShownApproval = Pick<ApprovalRow, "request_id" | "account_id" | "answer" | "answered_at" | "sent_at" | "sent_to" | "wrong_tries">;

const shownOf = prepare((db, { list }: { list: string }) =>
  db
    .selectFrom("approval")
    .select(["request_id", "account_id", "answer", "answered_at", "sent_at", "sent_to", "wrong_tries"])
    .where(isAmong(db, "request_id", list))
    .orderBy("id")
    .compile(),
);

/** What is shown of the approvals of these requests, in the order of `findApprovals`. */
export async function findShownApprovals(db: Queryable, requestIds: readonly number[]): Promise<ShownApproval[]> {
  return requestIds.length === 0 ? [] : shownOf(db, { list: listOf(requestIds) });
}

const partOf = prepare((db, { requestId, accountId }: { requestId: number; accountId: number }) =>
  db.selectFrom("request_party").select("request_id").where("account_id", "=", accountId).where("request_id", "=", requestId).compile(),
);

export async function isParty(db: Queryable, requestId: number, accountId: number): Promise<boolean> {
  return (await partOf(db, { requestId, accountId })).length > 0;
}

export type NewRequest = Pick<RequestRow, "service_id" | "asker_id" | "from_id" | "to_id" | "roles" | "asked_as" | "asked_at" | "expires_at" | "remind_at">;

type RequestValues = Required<Omit<Insertable<ChangeRequestTable>, "id" | "call_id">>;

const insertOne = prepare((db, { request, callId }: { request: RequestValues; callId: number }) =>
  db
    .insertInto("change_request")
    .values({ ...request, call_id: callId })
    .returning("id")
    .compile(),
);

/** Its call has its own id: a row that is written again for it would be in every index twice. */
const insertFirst = {
  sqlite: prepareWrite((db, { request }: { request: RequestValues }) =>
    db
      .insertInto("change_request")
      .values({ ...request, call_id: sql<number>`(select coalesce(max(seq), 0) + 1 from sqlite_sequence where name = 'change_request')` })
      .compile(),
  ),
  postgres: prepare((db, { request }: { request: RequestValues }) =>
    db
      .with("own", (one) => one.selectNoFrom(sql<number>`nextval(pg_get_serial_sequence('change_request', 'id'))`.as("id")))
      .insertInto("change_request")
      .values((row) => ({ ...request, id: row.selectFrom("own").select("own.id"), call_id: row.selectFrom("own").select("own.id") }))
      .returning("id")
      .compile(),
  ),
};

/** Inserts a request that waits for its approvers; gives its id. `callId`: of the first of the same call; undefined where it is the first. */
export async function insertRequest({ engine, db }: Transaction, request: NewRequest, callId: number | undefined): Promise<number> {
  const values = { ...request, roles: roleBits(request.roles), state: "validatingByCustomers" as const, reason: null, closed_at: null, closed_by: null };
  if (callId === undefined && engine === "sqlite") return (await insertFirst.sqlite(db, { request: values })).id;
  const [row] = await (callId === undefined ? insertFirst.postgres(db, { request: values }) : insertOne(db, { request: values, callId }));
  if (!row) throw new Error("a request was inserted without an id");
  return row.id;
}

const insertHeld = prepare((db, { held }: { held: readonly OpenRoleTable[] }) => db.insertInto("open_role").values(held).compile());
const insertParties = prepare((db, { parties }: { parties: readonly RequestPartyTable[] }) => db.insertInto("request_party").values(parties).compile());

/** Holds the roles of new requests on a service, and lets their parties see them: asker, holder and newcomer for ever, the admin as long as he is it. */
export async function joinRequests(db: Queryable, requests: readonly (NewRequest & { id: number })[], adminId: number): Promise<void> {
  const held = requests.flatMap(({ id, service_id, roles }) => roles.map((role) => ({ service_id, role, request_id: id })));
  await Promise.all([insertHeld(db, { held }), insertParties(db, { parties: requests.flatMap((request) => partiesOf(request, adminId)) })]);
}

function partiesOf({ id, asker_id, from_id, to_id }: NewRequest & { id: number }, adminId: number): RequestPartyTable[] {
  const lasting = new Set([asker_id, from_id, to_id]);
  return [...new Set([...lasting, adminId])].map((account) => ({ account_id: account, request_id: id, lasting: lasting.has(account) ? 1 : 0 }));
}

export type NewApproval = { requestId: number; accountId: number; codeHash: string; sentAt: number; sentTo: string };

type ApprovalValues = Required<Omit<Insertable<ApprovalTable>, "id" | "wrong_tries">>;

const insertAll = prepare((db, { approvals }: { approvals: readonly ApprovalValues[] }) => db.insertInto("approval").values(approvals).compile());

/** Inserts approvals, of which there is one at least, with ids in this order. */
export async function insertApprovals(db: Queryable, approvals: readonly NewApproval[]): Promise<void> {
  await insertAll(db, { approvals: approvals.map(approvalValues) });
}

const approvalValues = (approval: NewApproval): ApprovalValues => ({
  request_id: approval.requestId,
  account_id: approval.accountId,
  answer: null,
  answered_at: null,
  serial: 1,
  code_hash: approval.codeHash,
  sent_at: approval.sentAt,
  sent_to: approval.sentTo,
});

type Claim = { id: number; serial: number; answer: "accepted" | "refused"; at: number };

const claim = prepareWrite((db, { id, serial, answer, at }: Claim) =>
  db.updateTable("approval").set({ answer, answered_at: at }).where("id", "=", id).where("serial", "=", serial).where("answer", "is", null).compile(),
);

/** Claims an approval that nobody has answered and whose code is still the one that was seen; false: somebody else was first. */
export async function claimApproval(db: Queryable, seen: ApprovalRow, answer: "accepted" | "refused", at: number): Promise<boolean> {
  return (await claim(db, { id: seen.id, serial: seen.serial, answer, at })).changed > 0;
}

/** Gives an unanswered approval a new code and remembers the hash of the old one; false: it was answered or sent again meanwhile. */
export async function replaceCode(db: Queryable, seen: ApprovalRow, code: { hash: string; sentAt: number; sentTo: string }): Promise<boolean> {
  const claimed = await db
    .updateTable("approval")
    .set({ serial: seen.serial + 1, code_hash: code.hash, wrong_tries: 0, sent_at: code.sentAt, sent_to: code.sentTo })
    .where("id", "=", seen.id)
    .where("serial", "=", seen.serial)
    .where("answer", "is", null)
    .returning("id")
    .executeTakeFirst();
  if (!claimed) return false;
  await db.insertInto("old_code").values({ approval_id: seen.id, code_hash: seen.code_hash }).execute();
  return true;
}

export async function countWrongTry(db: Queryable, approvalId: number): Promise<number> {
  const row = await db
    .updateTable("approval")
    .set((was) => ({ wrong_tries: was("wrong_tries", "+", 1) }))
    .where("id", "=", approvalId)
    .returning("wrong_tries")
    .executeTakeFirstOrThrow();
  return row.wrong_tries;
}

export async function findOldCodes(db: Queryable, approvalId: number): Promise<string[]> {
  const rows = await db.selectFrom("old_code").select("code_hash").where("approval_id", "=", approvalId).execute();
  return rows.map((row) => row.code_hash);
}

export type Closing = { state: "done" | "refused" | "expired" | "aborted" | "error"; at: number; by: number | null; reason: FailureReason | null };

const close = prepareWrite((db, { id, closing }: { id: number; closing: Closing }) =>
  db
    .updateTable("change_request")
    .set({ state: closing.state, closed_at: closing.at, closed_by: closing.by, reason: closing.reason, remind_at: null })
    .where("id", "=", id)
    .where("state", "in", ["validatingByCustomers", "doing"])
    .compile(),
);
const freeRoles = prepare((db, { id }: { id: number }) => db.deleteFrom("open_role").where("request_id", "=", id).compile());

/** Closes an open request once and frees its roles; false: it was closed before, and holds none. */
export async function closeRow(db: Queryable, id: number, closing: Closing): Promise<boolean> {
  const [closed] = await Promise.all([close(db, { id, closing }), freeRoles(db, { id })]);
  return closed.changed > 0;
}

/** Whether a finished request of the same call has moved the admin role away from this account (§10: the right it was asked with is kept). */
export async function gaveAdminInCall(db: Queryable, callId: number, accountId: number): Promise<boolean> {
  const rows = await db
    .selectFrom("change_request")
    .select("roles")
    .where("call_id", "=", callId)
    .where("from_id", "=", accountId)
    .where("state", "=", "done")
    .execute();
  return rows.some((row) => rolesOf(row.roles).includes("admin"));
}
