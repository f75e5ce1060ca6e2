import type { AccountActor, Context } from "../../context.ts";
import { readSentMail, type SentMail } from "../../outbox/list-mailbox.ts";

/** A letter to the account that acts, with its codes masked; undefined where it got none with this number. */
export async function showMail(context: Context, actor: AccountActor, number: number): Promise<SentMail | undefined> {
  return readSentMail(context, actor.id, number);
}
