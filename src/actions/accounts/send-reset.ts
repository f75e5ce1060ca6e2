import type { Context } from "../../context.ts";
import { linkLife } from "../../domain/link-life.ts";
import { enqueueLetter } from "../../outbox/enqueue.ts";
import { type AccountRow, lockAccounts } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import type { Transaction } from "../../storage/store.ts";
import { dropLettersWith, issueLink } from "./issue-link.ts";
import { personOf } from "./person-of.ts";

/** One letter to the address that these accounts share, with a link for each to set a password; older ones are dead. */
export async function sendReset(context: Context, tx: Transaction, accounts: readonly AccountRow[], by: { actor: string; source: string }): Promise<void> {
  const [to] = accounts;
  if (!to) return;
  const now = await tx.now();
  const ids = accounts.map((account) => account.id);
  // Of two that ask at once, the second finds the links and the letter of the first.
  await lockAccounts(tx, ids);
  await dropLettersWith(tx, ids, "reset-password");
  const secrets: string[] = [];
  for (const account of accounts) {
    secrets.push(await issueLink(context, tx, account.id, "reset-password", account.email));
    await recordAudit(tx.db, { ...by, at: now, deed: "account.reset-asked", accountId: account.id });
  }
  const people = accounts.map(personOf);
  const facts = { people, expiresAt: now + linkLife["reset-password"], blockedHours: context.settings.resetBlockHours };
  await enqueueLetter(context, tx, { letter: "reset-password", facts, to, secrets });
}
