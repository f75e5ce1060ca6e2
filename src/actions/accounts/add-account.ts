import type { Context } from "../../context.ts";
import { addressKey } from "../../domain/email-address.ts";
import { newHandle } from "../../domain/handle.ts";
import type { Language } from "../../domain/languages.ts";
import { type AccountRow, insertAccount } from "../../storage/queries/accounts.ts";
import type { Transaction } from "../../storage/store.ts";

type NewAccount = { name: string; email: string; language: Language; passwordHash: string | null; verified: boolean };

/** Adds an account with this handle; undefined where the handle has been given before. */
export async function addAccount(tx: Transaction, account: NewAccount, handle: string): Promise<AccountRow | undefined> {
  const now = await tx.now();
  return insertAccount(tx.db, {
    handle,
    name: account.name,
    email: account.email,
    email_key: addressKey(account.email),
    email_verified_at: account.verified ? now : null,
    language: account.language,
    password_hash: account.passwordHash,
    status: "active",
    asking_blocked_until: null,
    created_at: now,
  });
}

/** Adds an account with a handle that nobody ever had: rows are never deleted, so a taken one is simply drawn again. */
export async function addAccountWithNewHandle(context: Context, tx: Transaction, account: NewAccount): Promise<AccountRow> {
  for (let draw = 0; draw < 100; draw += 1) {
    const added = await addAccount(tx, account, newHandle(context.random(6), context.settings.realm));
    if (added) return added;
  }
  throw new Error("no free handle was found");
}
