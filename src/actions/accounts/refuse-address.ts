import type { z } from "zod";
import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { useLink } from "../../storage/queries/account-links.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { signatureOf } from "../actor.ts";
import { settle } from "../outcome.ts";
import { ownLink, ownLinkInput } from "./own-link.ts";

/** Gives up a wish for another address, by the code that went there: the present address stays. */
export async function refuseAddress(context: Context, actor: AccountActor, input: z.input<typeof ownLinkInput>): Promise<void> {
  const given = ownLinkInput.parse(input);
  const outcome = await context.store.write(async (tx) => {
    const found = await ownLink(context, tx, actor, given);
    if ("refused" in found) return found;
    const { link } = found.ok;
    const now = await tx.now();
    if (!(await useLink(tx.db, link.id, now, "refused"))) refuse({ code: "link-invalid" });
    await recordAudit(tx.db, { ...signatureOf(actor), at: now, deed: "account.address-refused", accountId: actor.id, details: { email: link.email } });
    return { ok: undefined };
  });
  settle(outcome);
}
