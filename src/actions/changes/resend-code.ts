import type { AccountActor, Context } from "../../context.ts";
import { isAnswerable } from "../../domain/change-request.ts";
import { resendPause, resendsADay } from "../../domain/code.ts";
import { refuse } from "../../domain/refusal.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { countUse } from "../../storage/queries/limits.ts";
import type { ApprovalRow, RequestRow } from "../../storage/queries/requests.ts";
import type { Transaction } from "../../storage/store.ts";
import { signatureOf } from "../actor.ts";
import { lockRequestOf } from "./answer.ts";
import { readFacts } from "./change-facts.ts";
import { sendNewCode } from "./send-code.ts";

/**
 * Sends an approver a new code; the old one is dead at once (§5). Each approver can ask for his own until he has answered, the
 * requester also for the newcomer's. It goes to the address that the account has now.
 */
export async function resendCode(context: Context, actor: AccountActor, input: { id: number; to?: "me" | "newcomer" }): Promise<void> {
  await context.store.write(async (tx) => {
    const { request, approvals, now } = await lockRequestOf(tx, actor, input.id);
    const approval = approvalFor(actor, request, approvals, input.to ?? "me");
    if (!isAnswerable(request.state)) refuse({ code: "request-closed", id: request.id, state: request.state });
    if (request.expires_at <= now) refuse({ code: "request-expired", expiredAt: request.expires_at });
    if (approval.answer !== null) refuse({ code: "already-answered", answer: approval.answer });
    await refuseOverLimit(tx, approval, now);
    if (!(await sendNewCode(context, tx, await readFacts(tx.db, request), approval))) refuse({ code: "code-replaced" });
    await recordAudit(tx.db, {
      ...signatureOf(actor),
      at: now,
      deed: "approval.sent-again",
      accountId: approval.account_id,
      serviceId: request.service_id,
      requestId: request.id,
    });
  });
}

function approvalFor(actor: AccountActor, request: RequestRow, approvals: readonly ApprovalRow[], to: "me" | "newcomer"): ApprovalRow {
  if (to === "newcomer" && request.asker_id !== actor.id) refuse({ code: "not-an-approver" });
  const account = to === "me" ? actor.id : request.to_id;
  return approvals.find((approval) => approval.account_id === account) ?? refuse({ code: "not-an-approver" });
}

async function refuseOverLimit(tx: Transaction, approval: ApprovalRow, now: number): Promise<void> {
  const pauseEnds = approval.sent_at + resendPause;
  if (now < pauseEnds) refuse({ code: "resend-too-soon", retryAt: pauseEnds });
  const limit = { key: `resend:${approval.id}`, atMost: resendsADay, window: 24 * 60 * 60 * 1000 };
  const use = await countUse(tx.db, limit, now);
  if (!use.allowed) refuse({ code: "resend-limit", retryAt: use.retryAt });
}
