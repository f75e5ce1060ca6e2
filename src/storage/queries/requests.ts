import type { Selectable } from "kysely";
import type { FailureReason } from "../../domain/change-request.ts";
import { type Role, roleBits, rolesOf } from "../../domain/role.ts";
import type { ApprovalTable, ChangeRequestTable, Queryable } from "../tables.ts";

export type ApprovalRow = Selectable<ApprovalTable>;
export type RequestRow = Omit<Selectable<ChangeRequestTable>, "roles"> & { roles: Role[] };

const withRoles = (row: Selectable<ChangeRequestTable>): RequestRow => ({ ...row, roles: rolesOf(row.roles) });

export async function findRequest(db: Queryable, id: number): Promise<RequestRow | undefined> {
  const row = await db.selectFrom("change_request").selectAll().where("id", "=", id).executeTakeFirst();
  return row && withRoles(row);
}

/** Requests with these ids, in no order. */
export async function findRequests(db: Queryable, ids: readonly number[]): Promise<RequestRow[]> {
  if (ids.length === 0) return [];
  return (await db.selectFrom("change_request").selectAll().where("id", "in", ids).execute()).map(withRoles);
}

/** The open requests of a service by id, found through the roles that they hold. */
export async function findOpenRequests(db: Queryable, serviceId: number): Promise<RequestRow[]> {
  const held = db.selectFrom("open_role").select("request_id").where("service_id", "=", serviceId);
  return (await db.selectFrom("change_request").selectAll().where("id", "in", held).orderBy("id").execute()).map(withRoles);
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

/** The approvals of a request, the asker's first (they are made in that order). */
export async function findApprovals(db: Queryable, requestIds: readonly number[]): Promise<ApprovalRow[]> {
  if (requestIds.length === 0) return [];
  return db.selectFrom("approval").selectAll().where("request_id", "in", requestIds).orderBy("id").execute();
}

export async function isParty(db: Queryable, requestId: number, accountId: number): Promise<boolean> {
  const row = await db
    .selectFrom("request_party")
    .select("request_id")
    .where("account_id", "=", accountId)
    .where("request_id", "=", requestId)
    .executeTakeFirst();
  return row !== undefined;
}

export type NewRequest = Pick<RequestRow, "service_id" | "asker_id" | "from_id" | "to_id" | "roles" | "asked_as" | "asked_at" | "expires_at" | "remind_at">;

/** Inserts a request that waits for its approvers, holds its roles and has its lasting parties; gives its id. */
export async function insertRequest(db: Queryable, request: NewRequest, adminId: number): Promise<number> {
  const { id } = await db
    .insertInto("change_request")
    .values({ ...request, roles: roleBits(request.roles), call_id: 0, state: "validatingByCustomers", reason: null, closed_at: null, closed_by: null })
    .returning("id")
    .executeTakeFirstOrThrow();
  const held = request.roles.map((role) => ({ service_id: request.service_id, role, request_id: id }));
  await db.insertInto("open_role").values(held).execute();
  const lasting = new Set([request.asker_id, request.from_id, request.to_id]);
  const parties = [...new Set([...lasting, adminId])].map((account) => ({ account_id: account, request_id: id, lasting: lasting.has(account) ? 1 : 0 }));
  await db.insertInto("request_party").values(parties).execute();
  return id;
}

/** Marks requests as those of one call. */
export async function joinCall(db: Queryable, ids: readonly number[], callId: number): Promise<void> {
  await db.updateTable("change_request").set({ call_id: callId }).where("id", "in", ids).execute();
}

export type NewApproval = { requestId: number; accountId: number; codeHash: string; sentAt: number; sentTo: string };

export async function insertApproval(db: Queryable, approval: NewApproval): Promise<number> {
  const { id } = await db
    .insertInto("approval")
    .values({
      request_id: approval.requestId,
      account_id: approval.accountId,
      answer: null,
      answered_at: null,
      serial: 1,
      code_hash: approval.codeHash,
      sent_at: approval.sentAt,
      sent_to: approval.sentTo,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

/** Claims an approval that nobody has answered and whose code is still the one that was seen; false: somebody else was first. */
export async function claimApproval(db: Queryable, seen: ApprovalRow, answer: "accepted" | "refused", at: number): Promise<boolean> {
  const claimed = await db
    .updateTable("approval")
    .set({ answer, answered_at: at })
    .where("id", "=", seen.id)
    .where("serial", "=", seen.serial)
    .where("answer", "is", null)
    .returning("id")
    .executeTakeFirst();
  return claimed !== undefined;
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

/** Closes an open request once and frees its roles; false: it was closed before. */
export async function closeRow(db: Queryable, id: number, closing: Closing): Promise<boolean> {
  const closed = await db
    .updateTable("change_request")
    .set({ state: closing.state, closed_at: closing.at, closed_by: closing.by, reason: closing.reason, remind_at: null })
    .where("id", "=", id)
    .where("state", "in", ["validatingByCustomers", "doing"])
    .returning("id")
    .executeTakeFirst();
  if (!closed) return false;
  await db.deleteFrom("open_role").where("request_id", "=", id).execute();
  return true;
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
