import type { Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { countUse } from "../../storage/queries/limits.ts";
import type { Transaction } from "../../storage/store.ts";
import { accountLimits } from "./account-limits.ts";

/** Counts a letter that an account has sent to an address of its own, or refuses: one a minute, ten a day. */
export async function countLetter(tx: Transaction, accountId: number): Promise<void> {
  const now = await tx.now();
  const pause = await countUse(tx.db, accountLimits.letterPause(accountId), now);
  if (!pause.allowed) refuse({ code: "resend-too-soon", retryAt: pause.retryAt });
  const day = await countUse(tx.db, accountLimits.lettersADay(accountId), now);
  if (!day.allowed) refuse({ code: "resend-limit", retryAt: day.retryAt });
}

/** Counts a letter to an address that somebody may have made up, or refuses: many accounts together must not fill a stranger's mailbox. */
export async function countLetterTo(context: Context, tx: Transaction, email: string): Promise<void> {
  const use = await countUse(tx.db, accountLimits.lettersTo(context, email), await tx.now());
  if (!use.allowed) refuse({ code: "too-many-tries", retryAt: use.retryAt });
}
