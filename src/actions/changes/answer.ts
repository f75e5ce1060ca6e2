import type { AccountActor, Context } from "../../context.ts";
import { isAnswerable } from "../../domain/change-request.ts";
import { type CodeMatch, judge, wrongTriesAllowed } from "../../domain/code.ts";
import { type RefusalDetail, refuse } from "../../domain/refusal.ts";
import { type AccountRow, findHolders, keepAccounts } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import {
  type ApprovalRow,
  claimApproval,
  countWrongTry,
  findApprovals,
  findOldCodes,
  findRequest,
  isParty,
  type RequestRow,
} from "../../storage/queries/requests.ts";
import { lockService, type ServiceRow } from "../../storage/queries/services.ts";
import type { Transaction } from "../../storage/store.ts";
import { active, activeAccount } from "../accounts/active-account.ts";
import { signatureOf } from "../actor.ts";
import type { Outcome } from "../outcome.ts";
import { closeRequest } from "./close-request.ts";
import { boundCode } from "./send-code.ts";

export type AnswerInput = { id: number; code: string };

/**
 * An answer whose code is right, with all rows locked and read; the code is not spent yet. `people`: the parties and the contacts of the service;
 * `now`: when it was judged.
 */
export type RightAnswer = {
  request: RequestRow;
  service: ServiceRow;
  mine: ApprovalRow;
  approvals: ApprovalRow[];
  people: Map<number, AccountRow>;
  now: number;
};

/**
 * Judges the code of an answer in the order of §5. A refusal that counts a wrong try, or that expires the request, is returned
 * and not thrown, so that the rollback does not forget it. For somebody who is no party the request does not exist.
 */
export async function judgeAnswer(context: Context, tx: Transaction, actor: AccountActor, input: AnswerInput): Promise<Outcome<RightAnswer>> {
  const { request, service, approvals, people, now } = await lockRequestOf(tx, actor, input.id);
  const mine = approvals.find((approval) => approval.account_id === actor.id) ?? refuse({ code: "not-an-approver" });
  const match = await matchOf(context, tx, input, mine, approvals);
  const judgement = judge(
    { answerable: isAnswerable(request.state), expiresAt: request.expires_at },
    { answer: mine.answer, wrongTries: mine.wrong_tries },
    match,
    now,
  );
  if (judgement === "request-closed" || !service) refuse({ code: "request-closed", id: request.id, state: request.state });
  if (judgement === "right") return { ok: { request, service, mine, approvals, people, now } };
  return { refused: await refusalOf(context, tx, actor, request, mine, judgement) };
}

/**
 * A request with all that decides about it, if the account may still act and sees it; otherwise the refusal that an unknown request gets. Locked in one
 * round trip and in this order: nobody is closed while he is given a role; then the service; then what is read.
 */
export async function lockRequestOf(tx: Transaction, actor: AccountActor, id: number) {
  const seen = await findSeen(tx, actor, id);
  const [kept, service, found, approvals, holders, now] = await Promise.all([
    keepAccounts(tx, [actor.id, seen.asker_id, seen.to_id]),
    lockService(tx.db, seen.service_id),
    findRequest(tx.db, seen.id),
    findApprovals(tx.db, [seen.id]),
    findHolders(tx.db, seen.service_id),
    tx.now(),
  ]);
  active(actor.id, kept.get(actor.id));
  const request = found ?? refuse({ code: "request-not-found", id });
  return { request, service, approvals, people: new Map([...holders, ...kept]), now };
}

/** Before any lock: whoever has no part in a request holds up nobody by naming it. */
async function findSeen(tx: Transaction, actor: AccountActor, id: number): Promise<RequestRow> {
  const [request, party] = await Promise.all([findRequest(tx.db, id), isParty(tx.db, id, actor.id)]);
  if (request && party) return request;
  await activeAccount(tx.db, actor.id);
  refuse({ code: "request-not-found", id });
}

/** Spends the code: one winner of many (§5). Whoever comes second hears what happened meanwhile. */
export async function claimAnswer(tx: Transaction, answer: RightAnswer, word: "accepted" | "refused", actor: AccountActor): Promise<void> {
  const [claimed] = await Promise.all([
    claimApproval(tx.db, answer.mine, word, answer.now),
    recordAudit(tx.db, {
      ...signatureOf(actor),
      at: answer.now,
      deed: `approval.${word}`,
      accountId: actor.id,
      serviceId: answer.request.service_id,
      requestId: answer.request.id,
    }),
  ]);
  if (!claimed) refuse({ code: "code-replaced" });
}

async function matchOf(context: Context, tx: Transaction, input: AnswerInput, mine: ApprovalRow, approvals: readonly ApprovalRow[]): Promise<CodeMatch> {
  const is = (accountId: number, hash: string): boolean => context.secrets.matches("code", boundCode(input.id, accountId, input.code), hash);
  if (is(mine.account_id, mine.code_hash)) return "right";
  if ((await findOldCodes(tx.db, mine.id)).some((hash) => is(mine.account_id, hash))) return "older";
  return approvals.some((approval) => approval.id !== mine.id && is(approval.account_id, approval.code_hash)) ? "other" : "wrong";
}

type Wrong = Exclude<ReturnType<typeof judge>, "right" | "request-closed">;

async function refusalOf(context: Context, tx: Transaction, actor: AccountActor, request: RequestRow, mine: ApprovalRow, wrong: Wrong): Promise<RefusalDetail> {
  switch (wrong) {
    case "already-answered":
      return { code: wrong, answer: mine.answer === "refused" ? "refused" : "accepted" };
    case "request-expired":
      await closeRequest(context, tx, request, { state: "expired" }, { kind: "system" });
      return { code: wrong, expiredAt: request.expires_at };
    case "code-of-other":
    case "code-wrong":
      return countWrong(tx, actor, request, mine, wrong);
    default:
      return { code: wrong };
  }
}

async function countWrong(
  tx: Transaction,
  actor: AccountActor,
  request: RequestRow,
  mine: ApprovalRow,
  wrong: "code-of-other" | "code-wrong",
): Promise<RefusalDetail> {
  const tries = await countWrongTry(tx.db, mine.id);
  await recordAudit(tx.db, {
    ...signatureOf(actor),
    at: await tx.now(),
    deed: "approval.wrong-code",
    accountId: actor.id,
    serviceId: request.service_id,
    requestId: request.id,
    details: { tries },
  });
  const triesLeft = wrongTriesAllowed - tries;
  if (triesLeft <= 0) return { code: "code-locked" };
  return wrong === "code-wrong" ? { code: wrong, triesLeft } : { code: wrong };
}
