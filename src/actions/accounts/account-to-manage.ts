import { z } from "zod";
import { refuse } from "../../domain/refusal.ts";
import { type AccountRow, findAccountByHandle } from "../../storage/queries/accounts.ts";
import type { Queryable } from "../../storage/tables.ts";
import { handleField } from "./account-fields.ts";

export const handleInput = z.object({ handle: handleField });

/** The account that the operator names; refuses one that does not exist, or is closed for good. */
export async function accountToManage(db: Queryable, handle: string): Promise<AccountRow> {
  const account = await findAccountByHandle(db, handle);
  if (!account) refuse({ code: "account-not-found", handle });
  if (account.status === "closed") refuse({ code: "account-closed", handle });
  return account;
}
