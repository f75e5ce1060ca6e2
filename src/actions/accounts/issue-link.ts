import type { Context } from "../../context.ts";
import { newCode } from "../../domain/code.ts";
import { type LinkKind, linkLife } from "../../domain/link-life.ts";
import type { LetterName } from "../../mail/letters.ts";
import { dropLettersTo } from "../../outbox/enqueue.ts";
import { insertLink, killLinks } from "../../storage/queries/account-links.ts";
import type { Transaction } from "../../storage/store.ts";

/** The letters that carry a link of each kind. */
const lettersWith: Readonly<Record<LinkKind, readonly LetterName[]>> = {
  "confirm-address": ["signed-up", "confirm-address"],
  "change-address": ["change-address"],
  "reset-password": ["reset-password"],
};

/** A new link for an account; the older ones of its kind are dead at once. Gives the code for the letter; only its keyed hash is kept. */
export async function issueLink(context: Context, tx: Transaction, accountId: number, kind: LinkKind, email: string): Promise<string> {
  const now = await tx.now();
  await killLinks(tx.db, accountId, [kind], now);
  const code = newCode((bytes) => context.random(bytes));
  await insertLink(tx.db, {
    account_id: accountId,
    kind,
    secret_hash: context.secrets.hash("link", code),
    email,
    created_at: now,
    expires_at: now + linkLife[kind],
  });
  return code;
}

/** Makes all unused links of these kinds worthless, also those in letters that still wait. */
export async function cancelLinks(tx: Transaction, accountId: number, kinds: readonly LinkKind[]): Promise<void> {
  await killLinks(tx.db, accountId, kinds, await tx.now());
  for (const kind of kinds) await dropLettersWith(tx, [accountId], kind);
}

/** Drops the letters that still wait with links of this kind, which are dead now or soon. Gives their names. */
export async function dropLettersWith(tx: Transaction, accountIds: readonly number[], kind: LinkKind): Promise<string[]> {
  return dropLettersTo(tx, accountIds, lettersWith[kind]);
}
