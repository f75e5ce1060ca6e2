import type { Context } from "../../context.ts";
import { newCode } from "../../domain/code.ts";
import type { Sibling } from "../../mail/letters.ts";
import { dropWaiting, enqueueLetter } from "../../outbox/enqueue.ts";
import { type ApprovalRow, insertApproval, replaceCode } from "../../storage/queries/requests.ts";
import type { Transaction } from "../../storage/store.ts";
import { accountIn, approverPart, type Told } from "./change-facts.ts";

/** What is hashed of a code: it counts for this request and this account only (§5). */
export function boundCode(requestId: number, accountId: number, code: string): string {
  return `${requestId}/${accountId}/${code}`;
}

/** Makes the approval of one approver, with its first code and the letter that brings it. */
export async function askApprover(context: Context, tx: Transaction, told: Told, accountId: number, siblings: Sibling[]): Promise<void> {
  const code = newCode(context.random);
  const account = accountIn(told.people, accountId);
  const approvalId = await insertApproval(tx.db, {
    requestId: told.request.id,
    accountId,
    codeHash: context.secrets.hash("code", boundCode(told.request.id, accountId, code)),
    sentAt: await tx.now(),
    sentTo: account.email,
  });
  await post(context, tx, told, { approvalId, accountId, code, siblings, again: false });
}

/** Gives an approver a new code: the old one is dead at once, its waiting letter is dropped (§5). False: answered or replaced meanwhile. */
export async function sendNewCode(context: Context, tx: Transaction, told: Told, approval: ApprovalRow): Promise<boolean> {
  const code = newCode(context.random);
  const account = accountIn(told.people, approval.account_id);
  const hash = context.secrets.hash("code", boundCode(told.request.id, account.id, code));
  if (!(await replaceCode(tx.db, approval, { hash, sentAt: await tx.now(), sentTo: account.email }))) return false;
  await dropWaiting(tx, { requestId: told.request.id, approvalId: approval.id });
  await post(context, tx, told, { approvalId: approval.id, accountId: account.id, code, siblings: [], again: true });
  return true;
}

type Posting = { approvalId: number; accountId: number; code: string; siblings: Sibling[]; again: boolean };

async function post(context: Context, tx: Transaction, told: Told, posting: Posting): Promise<void> {
  const part = approverPart(told.request, posting.accountId);
  await enqueueLetter(context, tx, {
    letter: "change-requested",
    facts: { ...told.facts, part, siblings: posting.siblings, again: posting.again },
    to: accountIn(told.people, posting.accountId),
    secrets: [posting.code],
    requestId: told.request.id,
    approvalId: posting.approvalId,
  });
}
