import { z } from "zod";
import type { Context } from "../../context.ts";
import { giveBackUse } from "../../storage/queries/limits.ts";
import { codeField } from "./account-fields.ts";
import { accountLimits } from "./account-limits.ts";
import type { AccountView } from "./account-view.ts";
import { countTry } from "./count-try.ts";
import { takeLink } from "./find-usable-link.ts";
import { followLink } from "./follow-link.ts";

export const confirmAddressInput = z.object({ code: codeField });

/** Confirms an account's address, or makes the new address its own, by the code of the link that went there; signed in or not. */
export async function confirmAddress(context: Context, source: string, input: z.input<typeof confirmAddressInput>): Promise<AccountView> {
  const { code } = confirmAddressInput.parse(input);
  const tries = accountLimits.linkFrom(source);
  await countTry(context, [tries]);
  return context.store.write(async (tx) => {
    const taken = await takeLink(context, tx, code, ["confirm-address", "change-address"]);
    await giveBackUse(tx.db, tries.key);
    return followLink(context, tx, taken, { actor: taken.account.handle, source });
  });
}
