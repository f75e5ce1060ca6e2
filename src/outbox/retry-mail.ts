import type { Context, OperatorActor } from "../context.ts";
import { refuse } from "../domain/refusal.ts";
import { recordAudit } from "../storage/queries/audit.ts";

/** Sends a letter that has failed once more, with all its tries. Refuses where there is none with this id. */
export async function retryMail(context: Context, operator: OperatorActor, { id }: { id: string }): Promise<void> {
  await context.store.write(async (tx) => {
    const now = await tx.now();
    const row = await tx.db
      .updateTable("outbox")
      .set({ state: "waiting", failures: 0, refusals: 0, due_at: now, last_error: null, away_since: null })
      .where("id", "=", id)
      .where("state", "=", "failed")
      .returning(["account_id", "request_id", "letter"])
      .executeTakeFirst();
    if (!row) return refuse({ code: "mail-not-found", id });
    await recordAudit(tx.db, {
      at: now,
      actor: "operator",
      source: operator.source,
      deed: "mail.retried",
      accountId: row.account_id,
      ...(row.request_id === null ? {} : { requestId: row.request_id }),
      details: { mail: id, letter: row.letter },
    });
  });
  context.lettersWaiting();
}
