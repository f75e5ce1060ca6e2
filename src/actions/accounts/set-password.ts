import type { Context } from "../../context.ts";
import { type AccountRow, updateAccount } from "../../storage/queries/accounts.ts";
import { deleteSessionsOf } from "../../storage/queries/sessions.ts";
import type { Transaction } from "../../storage/store.ts";
import type { AccountTable } from "../../storage/tables.ts";
import { cancelLinks } from "./issue-link.ts";
import { openSession } from "./open-session.ts";

type Change = Partial<Pick<AccountTable, "email_verified_at" | "asking_blocked_until">>;

/** A wish for another address dies too: a thief who knew the old password may have asked for it. */
const dying = ["reset-password", "change-address"] as const;

/** Sets a password: all sessions end, open links that could take the account elsewhere die, and the one who set it gets a session. */
export async function setPassword(
  context: Context,
  tx: Transaction,
  accountId: number,
  passwordHash: string,
  change: Change = {},
): Promise<{ account: AccountRow; session: string }> {
  await deleteSessionsOf(tx.db, accountId);
  await cancelLinks(tx, accountId, dying);
  const account = await updateAccount(tx.db, accountId, { ...change, password_hash: passwordHash });
  return { account, session: await openSession(context, tx, accountId) };
}
