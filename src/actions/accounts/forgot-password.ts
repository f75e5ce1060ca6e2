import { z } from "zod";
import type { Context } from "../../context.ts";
import { type Login, parseLogin } from "../../domain/login.ts";
import { type AccountRow, findAccountByHandle, findAccountsAtAddress } from "../../storage/queries/accounts.ts";
import { countUse } from "../../storage/queries/limits.ts";
import type { Queryable } from "../../storage/tables.ts";
import { loginField } from "./account-fields.ts";
import { accountLimits } from "./account-limits.ts";
import { countTry } from "./count-try.ts";
import { sendReset } from "./send-reset.ts";

export const forgotPasswordInput = z.object({ login: loginField });

/** More handles than this at one address do not fit into one letter; their owners ask by handle, which then stands first. */
const mostInALetter = 100;

/**
 * Sends one letter to the account's address, with a link for each handle there (§10 of SPEC.md). Known or not, the answer is the same, and so is the
 * way to it: the same look-ups and one commit; three tries an hour are too few to measure the rest.
 */
export async function forgotPassword(context: Context, source: string, input: z.input<typeof forgotPasswordInput>): Promise<void> {
  const login = parseLogin(forgotPasswordInput.parse(input).login);
  await countTry(context, [accountLimits.forgotFrom(source), accountLimits.forgotAs(context, login.key)]);
  await context.store.write(async (tx) => {
    const accounts = await findByLogin(tx.db, login);
    const mailbox = accountLimits.forgotTo(context, accounts[0]?.email_key ?? login.key);
    const { allowed } = await countUse(tx.db, mailbox, await tx.now());
    if (allowed) await sendReset(context, tx, accounts, { actor: "system", source });
  });
}

/** The active accounts at one address; the one that was asked for by its handle goes first. */
async function findByLogin(db: Queryable, { by, key }: Login): Promise<AccountRow[]> {
  if (by === "address") return findAccountsAtAddress(db, key, mostInALetter);
  const asked = await findAccountByHandle(db, key);
  if (asked?.status !== "active") return [];
  const others = await findAccountsAtAddress(db, asked.email_key, mostInALetter);
  return [asked, ...others.filter((account) => account.id !== asked.id)].slice(0, mostInALetter);
}
