import { z } from "zod";
import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { restrictAddresses } from "../../storage/queries/api-keys.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { signatureOf } from "../actor.ts";
import { addressesField } from "./key-fields.ts";
import { credentialOf } from "./show-key.ts";

export const restrictCredentialInput = z.object({ id: z.int(), allowedIPs: addressesField });

/** Sets from which addresses alone a key of the account works; null or none: from everywhere; left out: as it is. */
export async function restrictCredential(context: Context, actor: AccountActor, input: z.input<typeof restrictCredentialInput>): Promise<void> {
  const { id, allowedIPs } = restrictCredentialInput.parse(input);
  await context.store.write(async (tx) => {
    const row = await credentialOf(tx.db, actor, id);
    if (input.allowedIPs === undefined) return;
    if (actor.key !== undefined && !isNarrower(allowedIPs, row.allowed_ips_json)) refuse({ code: "key-only-narrows" });
    await restrictAddresses(tx.db, row.id, allowedIPs);
    const details = { credentialId: row.id, allowedIPs };
    await recordAudit(tx.db, { ...signatureOf(actor), at: await tx.now(), deed: "key.restricted", accountId: actor.id, details });
  });
}

/** Addresses that were not allowed before cannot be added by a key: it would lift what a person has agreed to. */
function isNarrower(wanted: readonly string[] | null, present: string | null): boolean {
  if (present === null) return true;
  const before = JSON.parse(present) as string[];
  return wanted?.every((one) => before.includes(one)) ?? false;
}
