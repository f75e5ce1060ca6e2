import { verifyPassword } from "../../auth/passwords.ts";
import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import type { AccountRow } from "../../storage/queries/accounts.ts";
import { forgetUse } from "../../storage/queries/limits.ts";
import type { Transaction } from "../../storage/store.ts";
import { accountLimits } from "./account-limits.ts";
import { activeAccount, lockActiveAccount } from "./active-account.ts";
import { countTry } from "./count-try.ts";

/** The account of somebody signed in who gives his password once more; refuses a wrong one, and too many. Before the transaction: it is slow. */
export async function checkPassword(context: Context, actor: AccountActor, password: string): Promise<AccountRow> {
  await countTry(context, [accountLimits.passwordOf(actor.id)]);
  const account = await activeAccount(context.store.read, actor.id);
  if (!(await verifyPassword(context, password, account.password_hash))) refuse({ code: "password-wrong" });
  return account;
}

/** In the transaction: the account as it is now, locked, with the password that was just checked. */
export async function checkPasswordStill(tx: Transaction, seen: AccountRow): Promise<AccountRow> {
  const account = await lockActiveAccount(tx, seen.id);
  if (account.password_hash !== seen.password_hash) refuse({ code: "password-wrong" });
  await forgetUse(tx.db, accountLimits.passwordOf(account.id).key);
  return account;
}
