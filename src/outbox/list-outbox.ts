import type { Context } from "../context.ts";
import type { OutboxRow } from "./claim-letters.ts";

/** A letter as the operator sees it: without its text. Times in ms. */
export type OutboxItem = Pick<OutboxRow, "id" | "recipient" | "letter" | "state" | "failures"> & {
  createdAt: number;
  dueAt: number;
  sentAt: number | null;
  lastError: string | null;
};

/** The letters in one state, oldest first: `failed` ones can be sent again with retryMail. */
export async function listOutbox(context: Context, { state, limit = 100 }: { state: OutboxRow["state"]; limit?: number }): Promise<OutboxItem[]> {
  const rows = context.store.read
    .selectFrom("outbox")
    .select(["id", "recipient", "letter", "state", "failures", "created_at as createdAt", "due_at as dueAt", "sent_at as sentAt", "last_error as lastError"])
    .where("state", "=", state)
    .orderBy("created_at")
    .orderBy("id")
    .limit(limit);
  return rows.execute();
}
