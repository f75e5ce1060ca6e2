import type { AccountActor, Context } from "../../context.ts";
import { listSentMails, type SentMail } from "../../outbox/list-mailbox.ts";

/** The newest letters to the account that acts, with their codes masked. */
export async function showNewestMails(context: Context, actor: AccountActor, atMost = 50): Promise<SentMail[]> {
  return listSentMails(context, actor.id, atMost);
}
