import type { Actor, Context } from "../../context.ts";
import type { FailureReason } from "../../domain/change-request.ts";
import type { Letter } from "../../mail/letters.ts";
import { dropWaiting, enqueueLetters } from "../../outbox/enqueue.ts";
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
  await Promise.all([
    dropWaiting(tx, { requestId: request.id }),
    recordAudit(tx.db, {
      ...signatureOf(actor),
      at,
      deed: `change.${ending.state}`,
      serviceId: request.service_id,
      requestId: request.id,
      details: reason === null ? {} : { reason },
    }),
    tellApprovers(context, tx, request, ending, at),
  ]);
  return true;
}

async function tellApprovers(context: Context, tx: Transaction, request: RequestRow, ending: Ending, at: number): Promise<void> {
  const further = "by" in ending ? [ending.by] : [];
  const [told, approvals] = await Promise.all([readFacts(tx.db, request, further), findApprovals(tx.db, [request.id])]);
  const approvers = approvals.map((approval) => accountIn(told.people, approval.account_id)).filter((account) => account.status !== "closed");
  const letters = approvers.map((account) => ({ ...letterOf(told, ending, account.id), to: account, requestId: request.id }));
  await enqueueLetters(context, tx, letters, at);
}

function letterOf(told: Told, ending: Ending, accountId: number): Letter {
  const facts = { ...told.facts, part: approverPart(told.request, accountId) };
  if (ending.state === "expired") return { letter: "change-expired", facts };
  if (ending.state === "error") return { letter: "change-failed", facts: { ...facts, reason: ending.reason } };
  const by = personOf(accountIn(told.people, ending.by));
  return { letter: ending.state === "refused" ? "change-refused" : "change-cancelled", facts: { ...facts, by } };
}
