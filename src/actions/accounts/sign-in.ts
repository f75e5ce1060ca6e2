import { z } from "zod";
import { verifyPassword } from "../../auth/passwords.ts";
import type { Context } from "../../context.ts";
import { type Login, parseLogin } from "../../domain/login.ts";
import { refuse } from "../../domain/refusal.ts";
import { type AccountRow, findAccountByHandle, findAccountByVerifiedAddress, lockAccounts } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { forgetUse, giveBackUse, type Limit } from "../../storage/queries/limits.ts";
import { deleteSession } from "../../storage/queries/sessions.ts";
import type { Transaction } from "../../storage/store.ts";
import type { Queryable } from "../../storage/tables.ts";
import { givenPasswordField, loginField } from "./account-fields.ts";
import { accountLimits } from "./account-limits.ts";
import { type AccountView, viewAccount } from "./account-view.ts";
import { countTry } from "./count-try.ts";
import { openSession } from "./open-session.ts";

/** `session`: the one that the browser still has; it ends. */
export const signInInput = z.object({ login: loginField, password: givenPasswordField, session: z.string().optional() });

/**
 * Lets somebody in by handle, or by an address that one account alone has confirmed. An unknown account, a wrong password, no
 * password, an address of several: all get the same answer in the same time. Only who gives the right password hears that he is suspended.
 */
export async function signIn(context: Context, source: string, input: z.input<typeof signInInput>): Promise<{ account: AccountView; session: string }> {
  const given = signInInput.parse(input);
  const login = parseLogin(given.login);
  const limits = [accountLimits.signInFrom(source), accountLimits.signInAs(context, login.key)] as const;
  await countTry(context, limits);
  const account = await findByLogin(context.store.read, login);
  const right = await verifyPassword(context, given.password, account?.password_hash ?? null);
  if (!account || !right) refuse({ code: "sign-in-failed" });
  return context.store.write(async (tx) => {
    await checkStill(tx, account);
    await forgive(tx, limits);
    if (given.session) await deleteSession(tx.db, context.secrets.hashes("session", given.session));
    const now = await tx.now();
    await recordAudit(tx.db, { actor: account.handle, source, at: now, deed: "account.signed-in", accountId: account.id });
    return { account: await viewAccount(tx.db, account, now), session: await openSession(context, tx, account.id) };
  });
}

async function findByLogin(db: Queryable, { by, key }: Login): Promise<AccountRow | undefined> {
  if (by === "address") return findAccountByVerifiedAddress(db, key);
  const account = await findAccountByHandle(db, key);
  return account?.status === "closed" ? undefined : account;
}

/** While the hash was computed, the password may have been changed, or the account closed; neither happens now until the session is there to be ended. */
async function checkStill(tx: Transaction, seen: AccountRow): Promise<void> {
  const account = (await lockAccounts(tx, [seen.id])).get(seen.id);
  if (account?.password_hash !== seen.password_hash || account.status === "closed") refuse({ code: "sign-in-failed" });
  if (account.status === "suspended") refuse({ code: "account-suspended" });
}

/** Only failures count: who got in had none. The client's counter keeps those of the other logins that were tried from there. */
async function forgive(tx: Transaction, [from, as]: readonly [Limit, Limit]): Promise<void> {
  await giveBackUse(tx.db, from.key);
  await forgetUse(tx.db, as.key);
}
