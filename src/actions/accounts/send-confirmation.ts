import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { enqueueLetter } from "../../outbox/enqueue.ts";
import { findPendingAddress } from "../../storage/queries/account-links.ts";
import type { AccountRow } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import type { Transaction } from "../../storage/store.ts";
import { signatureOf } from "../actor.ts";
import { lockActiveAccount } from "./active-account.ts";
import { countLetter, countLetterTo } from "./count-letter.ts";
import { dropLettersWith, issueLink } from "./issue-link.ts";
import { personOf } from "./person-of.ts";

/** Sends the link that confirms the account's address once more, or that of the new address where one waits; the older link is dead. */
export async function sendConfirmation(context: Context, actor: AccountActor): Promise<void> {
  await context.store.write(async (tx) => {
    const account = await lockActiveAccount(tx, actor.id);
    const now = await tx.now();
    const pending = await findPendingAddress(tx.db, account.id, now);
    if (pending === undefined && account.email_verified_at !== null) refuse({ code: "address-already-confirmed" });
    await countLetter(tx, account.id);
    await countLetterTo(context, tx, pending ?? account.email);
    await (pending === undefined ? sendConfirmLetter(context, tx, account) : sendChangeLetter(context, tx, account, pending));
    await recordAudit(tx.db, { ...signatureOf(actor), at: now, deed: "account.confirmation-sent", accountId: account.id });
  });
}

/** A letter of the sign-up that has not left yet is written anew as such: nobody else tells the handle. */
async function sendConfirmLetter(context: Context, tx: Transaction, account: AccountRow): Promise<void> {
  const dropped = await dropLettersWith(tx, [account.id], "confirm-address");
  const code = await issueLink(context, tx, account.id, "confirm-address", account.email);
  const letter = dropped.includes("signed-up") ? "signed-up" : "confirm-address";
  await enqueueLetter(context, tx, { letter, facts: { person: personOf(account) }, to: account, secrets: [code] });
}

/** The letter to a new address with the link that makes it the account's. */
export async function sendChangeLetter(context: Context, tx: Transaction, account: AccountRow, newEmail: string): Promise<void> {
  await dropLettersWith(tx, [account.id], "change-address");
  const code = await issueLink(context, tx, account.id, "change-address", newEmail);
  const facts = { person: personOf(account), newEmail };
  await enqueueLetter(context, tx, { letter: "change-address", facts, to: { ...account, email: newEmail }, secrets: [code] });
}
