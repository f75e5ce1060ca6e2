import type { AccountActor, Context } from "../../context.ts";
import { approversOf } from "../../domain/change-policy.ts";
import type { Part } from "../../mail/letters.ts";
import { dropWaiting, enqueueLetter } from "../../outbox/enqueue.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { moveRoles } from "../../storage/queries/memberships.ts";
import { closeRow, type RequestRow } from "../../storage/queries/requests.ts";
import type { ServiceRow } from "../../storage/queries/services.ts";
import type { Transaction } from "../../storage/store.ts";
import { signatureOf } from "../actor.ts";
import { accountIn, readFacts } from "./change-facts.ts";
import { failRequestsWithoutRight } from "./fail-requests.ts";

/**
 * Carries a change out that everybody has accepted: the roles move, the request is done, everybody of §4 is told, and requests
 * that lose their right by it end. Without a hook of the operator's it passes through `doing` within the transaction.
 */
export async function carryOut(context: Context, tx: Transaction, service: ServiceRow, request: RequestRow, actor: AccountActor): Promise<void> {
  const at = await tx.now();
  await closeRow(tx.db, request.id, { state: "done", at, by: actor.id, reason: null });
  await dropWaiting(tx, { requestId: request.id });
  const moves = request.roles.map((role) => ({ role, to: request.to_id }));
  const moved = await moveRoles(tx, service, moves, request.id);
  await recordAudit(tx.db, { ...signatureOf(actor), at, deed: "change.done", serviceId: service.id, requestId: request.id, details: { roles: request.roles } });
  await tellDone(context, tx, moved, request);
  if (moved.admin_id !== service.admin_id) await failRequestsWithoutRight(context, tx, service.id, moved.admin_id, request.call_id, actor);
}

/** Each approver; the replaced contact; the admin, where a tech or billing contact gave his own place away (§7). */
async function tellDone(context: Context, tx: Transaction, service: ServiceRow, request: RequestRow): Promise<void> {
  const parts = new Map<number, Part>([[request.asker_id, "requester"]]);
  for (const approver of approversOf(request.asker_id, request.to_id)) if (approver !== request.asker_id) parts.set(approver, "newcomer");
  if (!parts.has(request.from_id)) parts.set(request.from_id, "replaced");
  if (request.asked_as !== "admin" && !parts.has(service.admin_id)) parts.set(service.admin_id, "admin");
  const told = await readFacts(tx.db, request, [...parts.keys()]);
  for (const [id, part] of parts) {
    const account = accountIn(told.people, id);
    if (account.status === "closed") continue;
    await enqueueLetter(context, tx, { letter: "change-done", facts: { ...told.facts, part }, to: account, requestId: request.id });
  }
}
