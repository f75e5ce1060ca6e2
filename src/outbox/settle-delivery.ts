import type { Outcome } from "../mail/transport.ts";
import type { Store, Transaction } from "../storage/store.ts";
import { mostAttempts, mostRefusals, pauseAfter } from "./back-off.ts";
import type { OutboxRow } from "./claim-letters.ts";

type Settled = { state: "sent" | "waiting" | "failed" };

/** Notes what became of a claimed letter. One that was dropped or claimed anew meanwhile stays as it is: undefined. */
export async function settleDelivery(store: Store, row: OutboxRow, outcome: Outcome): Promise<Settled | undefined> {
  return store.write(async (tx) =>
    tx.db
      .updateTable("outbox")
      .set(await changesFor(tx, row, outcome))
      .where("id", "=", row.id)
      .where("state", "=", "sending")
      .where("attempts", "=", row.attempts)
      .returning("state")
      .$castTo<Settled>()
      .executeTakeFirst(),
  );
}

async function changesFor(tx: Transaction, row: OutboxRow, outcome: Outcome) {
  const now = await tx.now();
  const claimed_until = null;
  if (outcome.kind === "sent") return { state: "sent", sealed: null, sent_at: now, claimed_until, last_error: null } as const;
  const tries = outcome.kind === "final" ? mostRefusals : mostAttempts;
  const last_error = outcome.reason;
  if (row.attempts >= tries) return { state: "failed", claimed_until, last_error } as const;
  return { state: "waiting", due_at: now + pauseAfter(row.attempts), claimed_until, last_error } as const;
}
