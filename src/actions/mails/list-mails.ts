import type { AccountActor, Context } from "../../context.ts";
import { sentMailNumbers } from "../../outbox/list-mailbox.ts";

/** The numbers of the letters to the account that acts, newest first. `before`: only older ones than this. */
export async function listMails(context: Context, actor: AccountActor, part: { before?: number | undefined; atMost?: number | undefined }): Promise<number[]> {
  return sentMailNumbers(context.store.read, actor.id, part);
}
