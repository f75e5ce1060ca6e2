import type { z } from "zod";
import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { useLink } from "../../storage/queries/account-links.ts";
import { signatureOf } from "../actor.ts";
import { settle } from "../outcome.ts";
import type { AccountView } from "./account-view.ts";
import { followLink } from "./follow-link.ts";
import { ownLink, ownLinkInput } from "./own-link.ts";

/** Confirms the address of the account that acts, or makes the new address its own, by the code that went there. */
export async function confirmOwnAddress(context: Context, actor: AccountActor, input: z.input<typeof ownLinkInput>): Promise<AccountView> {
  const given = ownLinkInput.parse(input);
  const outcome = await context.store.write(async (tx) => {
    const found = await ownLink(context, tx, actor, given);
    if ("refused" in found) return found;
    if (!(await useLink(tx.db, found.ok.link.id, await tx.now(), "done"))) refuse({ code: "link-invalid" });
    return { ok: await followLink(context, tx, found.ok, signatureOf(actor)) };
  });
  return settle(outcome);
}
