import type { Context } from "../../context.ts";
import { killLinks } from "../../storage/queries/account-links.ts";
import { type AccountRow, updateAccount } from "../../storage/queries/accounts.ts";
import { deleteSessionsOf } from "../../storage/queries/sessions.ts";
import type { Transaction } from "../../storage/store.ts";
import type { AccountTable } from "../../storage/tables.ts";
import { dropLettersWith } from "./issue-link.ts";
import { openSession } from "./open-session.ts";

type Change = Partial<Pick<AccountTable, "email_verified_at" | "asking_blocked_until">>;

/** Sets a password: all sessions end, links to set another one die, and the one who set it gets a session. */
export async function setPassword(
  context: Context,
  tx: Transaction,
  accountId: number,
  passwordHash: string,
  change: Change = {},
): Promise<{ account: AccountRow; session: string }> {
  await deleteSessionsOf(tx.db, accountId);
  await killLinks(tx.db, accountId, ["reset-password"], await tx.now());
  await dropLettersWith(tx, [accountId], "reset-password");
  const account = await updateAccount(tx.db, accountId, { ...change, password_hash: passwordHash });
  return { account, session: await openSession(context, tx, accountId) };
}
