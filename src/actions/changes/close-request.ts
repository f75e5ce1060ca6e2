import type { Actor, Context } from "../../context.ts";
import type { FailureReason } from "../../domain/change-request.ts";
import type { Letter } from "../../mail/letters.ts";
import { dropWaiting, enqueueLetter } from "../../outbox/enqueue.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { closeRow, findApprovals, type RequestRow } from "../../storage/queries/requests.ts";
import type { Transaction } from "../../storage/store.ts";
import { personOf } from "../accounts/person-of.ts";
import { signatureOf } from "../actor.ts";
import { accountIn, approverPart, readFacts, type Told } from "./change-facts.ts";

export type Ending = { state: "refused" | "aborted"; by: number } | { state: "expired" } | { state: "error"; reason: FailureReason };

/**
 * Ends an open request without a change: its roles are free, its codes are dead and their waiting letters erased, its
 * approvers are told (§7). False: it was closed before.
 */
export async function closeRequest(context: Context, tx: Transaction, request: RequestRow, ending: Ending, actor: Actor): Promise<boolean> {
  const at = await tx.now();
  const by = "by" in ending ? ending.by : null;
  const reason = "reason" in ending ? ending.reason : null;
  if (!(await closeRow(tx.db, request.id, { state: ending.state, at, by, reason }))) return false;
  await dropWaiting(tx, { requestId: request.id });
  await recordAudit(tx.db, {
    ...signatureOf(actor),
    at,
    deed: `change.${ending.state}`,
    serviceId: request.service_id,
    requestId: request.id,
    details: reason === null ? {} : { reason },
  });
  await tellApprovers(context, tx, request, ending);
  return true;
}

async function tellApprovers(context: Context, tx: Transaction, request: RequestRow, ending: Ending): Promise<void> {
  const told = await readFacts(tx.db, request, "by" in ending ? [ending.by] : []);
  for (const approval of await findApprovals(tx.db, [request.id])) {
    const account = accountIn(told.people, approval.account_id);
    if (account.status === "closed") continue;
    await enqueueLetter(context, tx, { ...letterOf(told, ending, account.id), to: account, requestId: request.id });
  }
}

function letterOf(told: Told, ending: Ending, accountId: number): Letter {
  const facts = { ...told.facts, part: approverPart(told.request, accountId) };
  if (ending.state === "expired") return { letter: "change-expired", facts };
  if (ending.state === "error") return { letter: "change-failed", facts: { ...facts, reason: ending.reason } };
  const by = personOf(accountIn(told.people, ending.by));
  return { letter: ending.state === "refused" ? "change-refused" : "change-cancelled", facts: { ...facts, by } };
}
