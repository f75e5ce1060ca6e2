import type { Actor, Context } from "../../context.ts";
import { type FailureReason, isAnswerable } from "../../domain/change-request.ts";
import type { Role } from "../../domain/role.ts";
import { findOpenRequests, findOpenRequestsOf, type RequestRow } from "../../storage/queries/requests.ts";
import { lockServices } from "../../storage/queries/services.ts";
import type { Transaction } from "../../storage/store.ts";
import { closeRequest } from "./close-request.ts";

/*
 * Lasting reasons end a request as `error` in the very transaction that causes them (§10 of SPEC.md). Each of these belongs
 * into a transaction that has locked the service, or locks it here.
 */

/** Ends every open request in which a locked account is asker, holder or newcomer. */
export async function failRequestsOfAccount(context: Context, tx: Transaction, accountId: number, reason: FailureReason, actor: Actor): Promise<void> {
  const requests = await findOpenRequestsOf(tx.db, accountId);
  await lockServices(
    tx,
    requests.map((request) => request.service_id),
  );
  await failAll(context, tx, requests, reason, actor);
}

/** Ends every open request of a service. */
export async function failRequestsOfService(context: Context, tx: Transaction, serviceId: number, reason: FailureReason, actor: Actor): Promise<void> {
  await failAll(context, tx, await findOpenRequests(tx.db, serviceId), reason, actor);
}

/** Ends the open requests of a service that hold one of these roles. */
export async function failRequestsOnRoles(
  context: Context,
  tx: Transaction,
  serviceId: number,
  some: readonly Role[],
  reason: FailureReason,
  actor: Actor,
): Promise<void> {
  const open = await findOpenRequests(tx.db, serviceId);
  const concerned = open.filter((request) => request.roles.some((role) => some.includes(role)));
  await failAll(context, tx, concerned, reason, actor);
}

/**
 * After the admin role has passed to `adminId`: ends the open requests that were asked by the admin's right and whose asker
 * has it no longer. Requests of the call that moved the role keep their right (§10); `callId` null: no call did.
 */
export async function failRequestsWithoutRight(
  context: Context,
  tx: Transaction,
  serviceId: number,
  adminId: number,
  callId: number | null,
  actor: Actor,
): Promise<void> {
  const open = await findOpenRequests(tx.db, serviceId);
  const lost = open.filter((request) => request.asked_as === "admin" && request.asker_id !== adminId && request.call_id !== callId);
  await failAll(context, tx, lost, "asker-lost-right", actor);
}

/** What was over before is expired, though no timer has run (§10): that everybody has seen, and it stays so. */
async function failAll(context: Context, tx: Transaction, requests: readonly RequestRow[], reason: FailureReason, actor: Actor): Promise<void> {
  const now = await tx.now();
  for (const request of requests) {
    if (isAnswerable(request.state) && request.expires_at <= now) await closeRequest(context, tx, request, { state: "expired" }, { kind: "system" });
    else await closeRequest(context, tx, request, { state: "error", reason }, actor);
  }
}
