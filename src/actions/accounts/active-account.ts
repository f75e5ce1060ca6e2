import { refuse } from "../../domain/refusal.ts";
import { type AccountRow, findAccount } from "../../storage/queries/accounts.ts";
import type { Queryable } from "../../storage/tables.ts";

/** The account that acts, as it is now: a session that was good a moment ago may belong to a suspended or closed one. */
export async function activeAccount(db: Queryable, id: number): Promise<AccountRow> {
  const account = await findAccount(db, id);
  if (!account) throw new Error(`no account ${id}`);
  if (account.status === "suspended") refuse({ code: "account-suspended" });
  if (account.status === "closed") refuse({ code: "account-closed", handle: account.handle });
  return account;
}
