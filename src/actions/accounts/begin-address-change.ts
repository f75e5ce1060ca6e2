import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { enqueueLetter } from "../../outbox/enqueue.ts";
import type { AccountRow } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import type { Transaction } from "../../storage/store.ts";
import { signatureOf } from "../actor.ts";
import { countLetter, countLetterTo } from "./count-letter.ts";
import { personOf } from "./person-of.ts";
import { sendChangeLetter } from "./send-confirmation.ts";

/**
 * Writes to a new address, and tells the present one. Blocked like asking after a password reset by mail: whoever has stolen the mailbox must not
 * take the account elsewhere before its owner notices.
 */
export async function beginAddressChange(context: Context, tx: Transaction, actor: AccountActor, account: AccountRow, email: string): Promise<void> {
  const now = await tx.now();
  const until = account.asking_blocked_until;
  if (until !== null && until > now) refuse({ code: "asker-blocked-after-reset", until });
  if (email === account.email) refuse({ code: "address-unchanged" });
  await countLetter(tx, account.id);
  await countLetterTo(context, tx, email);
  await sendChangeLetter(context, tx, account, email);
  const facts = { person: personOf(account), newEmail: email };
  await enqueueLetter(context, tx, { letter: "address-changed", facts, to: account });
  await recordAudit(tx.db, { ...signatureOf(actor), at: now, deed: "account.address-change-asked", accountId: account.id, details: { email } });
}
