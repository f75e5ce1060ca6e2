import type { AccountActor, Context } from "../../context.ts";
import { approversOf } from "../../domain/change-policy.ts";
import type { Part } from "../../mail/letters.ts";
import { dropWaiting, type Enqueued, enqueueLetters } from "../../outbox/enqueue.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { moveRoles } from "../../storage/queries/memberships.ts";
import { closeRow } from "../../storage/queries/requests.ts";
import type { Transaction } from "../../storage/store.ts";
import { signatureOf } from "../actor.ts";
import type { RightAnswer } from "./answer.ts";
import { accountIn, toldOf } from "./change-facts.ts";
import { failRequestsWithoutRight } from "./fail-requests.ts";

/**
 * Carries a change out that everybody has accepted: the roles move, the request is done, everybody of §4 is told, and requests
 * that lose their right by it end. Without a hook of the operator's it passes through `doing` within the transaction.
 */
export async function carryOut(context: Context, tx: Transaction, answer: RightAnswer, actor: AccountActor): Promise<void> {
  const { service, request, now } = answer;
  const moves = request.roles.map((role) => ({ role, to: request.to_id }));
  const done = { ...signatureOf(actor), at: now, deed: "change.done", serviceId: service.id, requestId: request.id, details: { roles: request.roles } };
  const [, , moved] = await Promise.all([
    closeRow(tx.db, request.id, { state: "done", at: now, by: actor.id, reason: null }),
    dropWaiting(tx, { requestId: request.id }),
    moveRoles(tx, service, moves, request.id, now),
    recordAudit(tx.db, done),
    enqueueLetters(context, tx, lettersOf(answer), now),
  ]);
  if (moved.admin_id !== service.admin_id) await failRequestsWithoutRight(context, tx, service.id, moved.admin_id, request.call_id, actor);
}

/** Each approver; the replaced contact; the admin, where a tech or billing contact gave his own place away (§7). */
function lettersOf({ service, request, people }: RightAnswer): Enqueued[] {
  const parts = new Map<number, Part>([[request.asker_id, "requester"]]);
  for (const approver of approversOf(request.asker_id, request.to_id)) if (approver !== request.asker_id) parts.set(approver, "newcomer");
  if (!parts.has(request.from_id)) parts.set(request.from_id, "replaced");
  if (request.asked_as !== "admin" && !parts.has(service.admin_id)) parts.set(service.admin_id, "admin");
  const { facts } = toldOf(request, service, people);
  return [...parts]
    .map(([id, part]) => ({ part, to: accountIn(people, id) }))
    .filter(({ to }) => to.status !== "closed")
    .map(({ part, to }): Enqueued => ({ letter: "change-done", facts: { ...facts, part }, to, requestId: request.id }));
}
