import type { Context } from "../../context.ts";
import { enqueueLetter } from "../../outbox/enqueue.ts";
import { findApprovals, findRequest, type RequestRow } from "../../storage/queries/requests.ts";
import type { Transaction } from "../../storage/store.ts";
import { accountIn, approverPart, readFacts } from "./change-facts.ts";
import { eachDueRequest } from "./each-due-request.ts";

/** Reminds once, two days before the end, everybody who has not answered (§6). Gives how many requests were reminded of. */
export async function remindApprovers(context: Context): Promise<number> {
  return eachDueRequest(context, { name: "remindApprovers", by: "remind_at", one: (tx, id) => remind(context, tx, id) });
}

async function remind(context: Context, tx: Transaction, id: number): Promise<boolean> {
  const claimed = await tx.db
    .updateTable("change_request")
    .set({ remind_at: null })
    .where("id", "=", id)
    .where("state", "=", "validatingByCustomers")
    .where("remind_at", "<=", await tx.now())
    .returning("id")
    .executeTakeFirst();
  const request = claimed && (await findRequest(tx.db, id));
  if (!request || request.expires_at <= (await tx.now())) return false;
  await remindAwaited(context, tx, request);
  return true;
}

async function remindAwaited(context: Context, tx: Transaction, request: RequestRow): Promise<void> {
  const told = await readFacts(tx.db, request);
  const awaited = (await findApprovals(tx.db, [request.id])).filter((approval) => approval.answer === null);
  for (const approval of awaited) {
    const part = approverPart(request, approval.account_id);
    await enqueueLetter(context, tx, {
      letter: "change-reminder",
      facts: { ...told.facts, part, codeSentAt: approval.sent_at },
      to: accountIn(told.people, approval.account_id),
      requestId: request.id,
      // Dropped with the codes: nobody is reminded of what is closed.
      approvalId: approval.id,
    });
  }
}
