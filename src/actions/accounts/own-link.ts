import { z } from "zod";
import type { AccountActor, Context } from "../../context.ts";
import { Refusal, refuse } from "../../domain/refusal.ts";
import { countUse, giveBackUse } from "../../storage/queries/limits.ts";
import type { Transaction } from "../../storage/store.ts";
import type { Outcome } from "../outcome.ts";
import { codeField } from "./account-fields.ts";
import { accountLimits } from "./account-limits.ts";
import { activeAccount } from "./active-account.ts";
import { lockUsableLink, type UsableLink } from "./find-usable-link.ts";

/** `token`: the code of the letter; `task`: only the wish for another address with this id is meant. */
export const ownLinkInput = z.object({ token: codeField, task: z.int().optional() });

/**
 * The link with this code, if it is one to an address of the account that acts: a code that went to another account is worth nothing
 * here. Tries are counted in the same transaction, so what is refused is returned, not thrown.
 */
export async function ownLink(context: Context, tx: Transaction, actor: AccountActor, given: z.output<typeof ownLinkInput>): Promise<Outcome<UsableLink>> {
  await activeAccount(tx.db, actor.id);
  const now = await tx.now();
  const tries = accountLimits.linkOf(actor.id);
  const { allowed, retryAt } = await countUse(tx.db, tries, now);
  if (!allowed) return { refused: { code: "too-many-tries", retryAt } };
  try {
    const usable = await lockUsableLink(context, tx, given.token, ["confirm-address", "change-address"], now);
    if (usable.account.id !== actor.id || (given.task !== undefined && usable.link.id !== given.task)) refuse({ code: "link-invalid" });
    await giveBackUse(tx.db, tries.key);
    return { ok: usable };
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.detail };
    throw error;
  }
}
