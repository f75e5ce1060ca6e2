import { refuse } from "../../domain/refusal.ts";
import { type AccountRow, findAccount, lockAccounts } from "../../storage/queries/accounts.ts";
import type { Transaction } from "../../storage/store.ts";
import type { Queryable } from "../../storage/tables.ts";

/** The account that acts, as it is now: a session that was good a moment ago may belong to a suspended or closed one. */
export async function activeAccount(db: Queryable, id: number): Promise<AccountRow> {
  return active(id, await findAccount(db, id));
}

/** The same for what changes the account, its links or its keys: two that do so at once take turns. */
export async function lockActiveAccount(tx: Transaction, id: number): Promise<AccountRow> {
  return active(id, (await lockAccounts(tx, [id])).get(id));
}

/** The same of a row that was read already. */
export function active(id: number, account: AccountRow | undefined): AccountRow {
  if (!account) throw new Error(`no account ${id}`);
  if (account.status === "suspended") refuse({ code: "account-suspended" });
  if (account.status === "closed") refuse({ code: "account-closed", handle: account.handle });
  return account;
}
