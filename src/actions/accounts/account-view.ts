import type { Language } from "../../domain/languages.ts";
import { findPendingAddress } from "../../storage/queries/account-links.ts";
import type { AccountRow } from "../../storage/queries/accounts.ts";
import type { Queryable } from "../../storage/tables.ts";

/** An account as its owner and the operator see it. */
export type AccountView = {
  id: number;
  handle: string;
  name: string;
  email: string;
  emailVerified: boolean;
  /** The address that will be the account's when it is confirmed. */
  pendingEmail?: string;
  language: Language;
  status: AccountRow["status"];
  /** After a password reset: until when (ms) nothing may be asked for. */
  askingBlockedUntil?: number;
};

/** `now`: ms. */
export function accountView(account: AccountRow, pendingEmail: string | undefined, now: number): AccountView {
  const { id, handle, name, email, language, status, asking_blocked_until: until } = account;
  const view: AccountView = { id, handle, name, email, emailVerified: account.email_verified_at !== null, language, status };
  if (pendingEmail !== undefined) view.pendingEmail = pendingEmail;
  if (until !== null && until > now) view.askingBlockedUntil = until;
  return view;
}

/** The view of an account whose pending address has to be looked up. */
export async function viewAccount(db: Queryable, account: AccountRow, now: number): Promise<AccountView> {
  return accountView(account, await findPendingAddress(db, account.id, now), now);
}
