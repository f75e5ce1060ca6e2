import { z } from "zod";
import { refuse } from "../../domain/refusal.ts";
import { type AccountRow, findAccountByHandle, lockAccounts } from "../../storage/queries/accounts.ts";
import type { Transaction } from "../../storage/store.ts";
import { handleField } from "./account-fields.ts";

export const handleInput = z.object({ handle: handleField });

/** The account that the operator names, locked; refuses one that does not exist, or is closed for good. */
export async function accountToManage(tx: Transaction, handle: string): Promise<AccountRow> {
  const found = await findAccountByHandle(tx.db, handle);
  const account = found && (await lockAccounts(tx, [found.id])).get(found.id);
  if (!account) refuse({ code: "account-not-found", handle });
  if (account.status === "closed") refuse({ code: "account-closed", handle });
  return account;
}
