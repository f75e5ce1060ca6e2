import type { Context } from "../../context.ts";
import { newCode } from "../../domain/code.ts";
import type { Sibling } from "../../mail/letters.ts";
import { dropWaiting, type Enqueued, enqueueLetters } from "../../outbox/enqueue.ts";
import { type ApprovalRow, insertApprovals, replaceCode } from "../../storage/queries/requests.ts";
import type { Transaction } from "../../storage/store.ts";
import { accountIn, approverPart, type Told } from "./change-facts.ts";

/** What is hashed of a code: it counts for this request and this account only (§5). */
export function boundCode(requestId: number, accountId: number, code: string): string {
  return `${requestId}/${accountId}/${code}`;
}

/** An approver who is to be asked about a request; `siblings`: what else the same call asks of him. */
export type Asking = { told: Told; accountId: number; siblings: Sibling[] };

/** Makes the approvals of the approvers of new requests, in this order, with their first codes and the letters that bring them. `now`: ms. */
export async function askApprovers(context: Context, tx: Transaction, askings: readonly Asking[], now: number): Promise<void> {
  const coded = askings.map((asking) => ({ ...asking, code: newCode(context.random) }));
  const approvals = coded.map(({ told, accountId, code }) => ({
    requestId: told.request.id,
    accountId,
    codeHash: context.secrets.hash("code", boundCode(told.request.id, accountId, code)),
    sentAt: now,
    sentTo: accountIn(told.people, accountId).email,
  }));
  const letters = coded.map(({ told, accountId, siblings, code }) => letterOf(told, { approvalId: "own", accountId, code, siblings, again: false }));
  await Promise.all([insertApprovals(tx.db, approvals), enqueueLetters(context, tx, letters, now)]);
}

/** Gives an approver a new code: the old one is dead at once, its waiting letter is dropped (§5). False: answered or replaced meanwhile. */
export async function sendNewCode(context: Context, tx: Transaction, told: Told, approval: ApprovalRow): Promise<boolean> {
  const code = newCode(context.random);
  const account = accountIn(told.people, approval.account_id);
  const hash = context.secrets.hash("code", boundCode(told.request.id, account.id, code));
  const now = await tx.now();
  if (!(await replaceCode(tx.db, approval, { hash, sentAt: now, sentTo: account.email }))) return false;
  await dropWaiting(tx, { requestId: told.request.id, approvalId: approval.id });
  await enqueueLetters(context, tx, [letterOf(told, { approvalId: approval.id, accountId: account.id, code, siblings: [], again: true })], now);
  return true;
}

type Posting = { approvalId: number | "own"; accountId: number; code: string; siblings: Sibling[]; again: boolean };

function letterOf(told: Told, { approvalId, accountId, code, siblings, again }: Posting): Enqueued {
  return {
    letter: "change-requested",
    facts: { ...told.facts, part: approverPart(told.request, accountId), siblings, again },
    to: accountIn(told.people, accountId),
    secrets: [code],
    requestId: told.request.id,
    approvalId,
  };
}
