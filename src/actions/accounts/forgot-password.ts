import { z } from "zod";
import type { Context } from "../../context.ts";
import { linkLife } from "../../domain/link-life.ts";
import { type Login, parseLogin } from "../../domain/login.ts";
import { enqueueLetter } from "../../outbox/enqueue.ts";
import { type AccountRow, findAccountByHandle, findAccountsAtAddress } from "../../storage/queries/accounts.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { countUse } from "../../storage/queries/limits.ts";
import type { Transaction } from "../../storage/store.ts";
import type { Queryable } from "../../storage/tables.ts";
import { loginField } from "./account-fields.ts";
import { accountLimits } from "./account-limits.ts";
import { countTry } from "./count-try.ts";
import { dropLettersWith, issueLink } from "./issue-link.ts";
import { personOf } from "./person-of.ts";

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
    if (allowed) await sendLinks(context, tx, accounts, source);
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

async function sendLinks(context: Context, tx: Transaction, accounts: readonly AccountRow[], source: string): Promise<void> {
  const [to] = accounts;
  if (!to) return;
  const now = await tx.now();
  const ids = accounts.map((account) => account.id);
  await dropLettersWith(tx, ids, "reset-password");
  const secrets: string[] = [];
  for (const account of accounts) {
    secrets.push(await issueLink(context, tx, account.id, "reset-password", account.email));
    await recordAudit(tx.db, { actor: "system", source, at: now, deed: "account.reset-asked", accountId: account.id });
  }
  const people = accounts.map(personOf);
  const facts = { people, expiresAt: now + linkLife["reset-password"], blockedHours: context.settings.resetBlockHours };
  await enqueueLetter(context, tx, { letter: "reset-password", facts, to, secrets });
}
