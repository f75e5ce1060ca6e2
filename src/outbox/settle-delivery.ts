import type { Outcome } from "../mail/transport.ts";
import type { Transaction } from "../storage/store.ts";
import { mostAttempts, mostRefusals, pauseAfter, pauseAfterNoTry } from "./back-off.ts";
import type { OutboxRow } from "./claim-letters.ts";

/** What became of a claimed letter. */
export type Delivered = { row: OutboxRow; outcome: Outcome };

/** Notes it: sent and without its code, to be tried again, or failed. One that was dropped or claimed anew meanwhile stays as it is. */
export async function settleDelivery(tx: Transaction, { row, outcome }: Delivered): Promise<void> {
  await tx.db
    .updateTable("outbox")
    .set(changesFor(await tx.now(), row, outcome))
    .where("id", "=", row.id)
    .where("state", "=", "sending")
    .where("attempts", "=", row.attempts)
    .execute();
}

/** Whether it will not be tried again by itself. */
export function hasFailed({ row, outcome }: Delivered): boolean {
  return outcome.kind !== "sent" && !isNoTry(outcome) && row.failures + 1 >= (outcome.kind === "final" ? mostRefusals : mostAttempts);
}

/** That the server cannot be reached, or has too many slow ones, says nothing about the letter: it counts as no try, for however long. */
const isNoTry = (outcome: Outcome): boolean => outcome.kind === "later" && (outcome.trouble === "server" || outcome.trouble === "slow");

function changesFor(now: number, row: OutboxRow, outcome: Outcome) {
  const claimed_until = null;
  if (outcome.kind === "sent") return { state: "sent", sealed: null, sent_at: now, claimed_until, last_error: null } as const;
  const last_error = outcome.reason;
  if (isNoTry(outcome)) return { state: "waiting", due_at: now + pauseAfterNoTry, claimed_until, last_error } as const;
  const failures = row.failures + 1;
  if (hasFailed({ row, outcome })) return { state: "failed", failures, claimed_until, last_error } as const;
  return { state: "waiting", failures, due_at: now + pauseAfter(failures), claimed_until, last_error } as const;
}
