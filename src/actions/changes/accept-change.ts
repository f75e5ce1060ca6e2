import type { AccountActor, Context } from "../../context.ts";
import type { FailureReason, State } from "../../domain/change-request.ts";
import type { RefusalDetail } from "../../domain/refusal.ts";
import { refuse } from "../../domain/refusal.ts";
import type { AccountRow } from "../../storage/queries/accounts.ts";
import { gaveAdminInCall, type RequestRow } from "../../storage/queries/requests.ts";
import { holdersOf, type ServiceRow } from "../../storage/queries/services.ts";
import type { Transaction } from "../../storage/store.ts";
import { type Outcome, settle } from "../outcome.ts";
import { type AnswerInput, claimAnswer, judgeAnswer, type RightAnswer } from "./answer.ts";
import { carryOut } from "./carry-out.ts";
import { accountIn } from "./change-facts.ts";
import { closeRequest } from "./close-request.ts";
import { refusalOfAsker, refusalOfNewcomer, refusalOfService, refusalOfStanding } from "./passing-rules.ts";

/**
 * Accepts a change request with the code from the mail (§5). With the last acceptance the change is carried out in the same
 * transaction. A rule that fails for now leaves the code unspent and the request open; one that fails for good ends it (§10).
 */
export async function acceptChange(context: Context, actor: AccountActor, input: AnswerInput): Promise<{ state: State }> {
  return settle(await context.store.write((tx) => accept(context, tx, actor, input)));
}

async function accept(context: Context, tx: Transaction, actor: AccountActor, input: AnswerInput): Promise<Outcome<{ state: State }>> {
  const judged = await judgeAnswer(context, tx, actor, input);
  if ("refused" in judged) return judged;
  const { request, service } = judged.ok;
  const lasting = await lastingReason(tx, request, service);
  if (lasting) {
    await closeRequest(context, tx, request, { state: "error", reason: lasting }, { kind: "system" });
    return { refused: { code: "request-closed", id: request.id, state: "error" } };
  }
  const passing = await passingRefusal(context, tx, actor, judged.ok);
  if (passing) refuse(passing);
  const awaited = judged.ok.approvals.some((approval) => approval.id !== judged.ok.mine.id && approval.answer === null);
  await Promise.all([claimAnswer(tx, judged.ok, "accepted", actor), awaited ? undefined : carryOut(context, tx, judged.ok, actor)]);
  if (awaited) return { ok: { state: "validatingByCustomers" } };
  return { ok: { state: "done" } };
}

/** What ends a request for good has ended it when it happened; this is the second look of §6, before anything moves. */
async function lastingReason(tx: Transaction, request: RequestRow, service: ServiceRow): Promise<FailureReason | undefined> {
  const holders = holdersOf(service);
  if (request.roles.some((role) => holders[role] !== request.from_id)) return "holder-changed";
  if (request.asked_as !== "admin" || holders.admin === request.asker_id) return undefined;
  return (await gaveAdminInCall(tx.db, request.call_id, request.asker_id)) ? undefined : "asker-lost-right";
}

async function passingRefusal(context: Context, tx: Transaction, actor: AccountActor, answer: RightAnswer): Promise<RefusalDetail | undefined> {
  const { request, service, people, now } = answer;
  const [asker, from, to] = [request.asker_id, request.from_id, request.to_id].map((id) => accountIn(people, id)) as [AccountRow, AccountRow, AccountRow];
  const change = { asker, from, to, roles: request.roles, reader: actor.id, now };
  return refusalOfService(context, service, now) ?? refusalOfApprover(actor, asker, to, request, now) ?? (await refusalOfStanding(context, tx, change));
}

/** Everybody hears of his own account what to mend, and of the other's only that it has to be mended. */
function refusalOfApprover(actor: AccountActor, asker: AccountRow, to: AccountRow, request: RequestRow, now: number): RefusalDetail | undefined {
  const role = request.roles[0] ?? "admin";
  if (actor.id === to.id && to.email_verified_at === null) return { code: "approver-unverified" };
  if (actor.id === asker.id) return refusalOfAsker(asker, now) ?? refusalOfNewcomer(to, role);
  if (asker.status !== "active" || asker.email_verified_at === null) return { code: "account-cannot-change-now", handle: asker.handle };
  return undefined;
}
