import type { AccountActor, Context } from "../../context.ts";
import { readSentMail, readSentMails, type SentMail } from "../../outbox/list-mailbox.ts";

/** A letter to the account that acts, with its codes masked; undefined where it got none with this number. */
export async function showMail(context: Context, actor: AccountActor, number: number): Promise<SentMail | undefined> {
  return readSentMail(context, actor.id, number);
}

/** The same for numbers that a list of them gave, in their order; those that are gone meanwhile are left out. */
export async function showMails(context: Context, actor: AccountActor, numbers: readonly number[]): Promise<SentMail[]> {
  return readSentMails(context, actor.id, numbers);
}
