import { z } from "zod";
import type { Context } from "../../context.ts";
import type { AccessRule } from "../../domain/access-rule.ts";
import { pendingCredential, tokenField } from "./pending-credential.ts";

export const findPendingInput = z.object({ token: tokenField });

/** What somebody is asked to agree to. `owner`: handle; `allowedIPs`: null is from everywhere; `expiresAt`: until when he can (ms). */
export type PendingView = {
  application: { name: string; description: string; owner: string };
  rules: AccessRule[];
  allowedIPs: string[] | null;
  redirection: string | null;
  expiresAt: number;
};

/** What the page shows where somebody agrees to a key; changes nothing. */
export async function findPending(context: Context, input: z.input<typeof findPendingInput>): Promise<PendingView> {
  const { token } = findPendingInput.parse(input);
  const row = await pendingCredential(context, context.store.read, token, context.clock());
  return {
    application: { name: row.name, description: row.description, owner: row.owner },
    rules: JSON.parse(row.rules_json) as AccessRule[],
    allowedIPs: row.allowed_ips_json === null ? null : (JSON.parse(row.allowed_ips_json) as string[]),
    redirection: row.redirection,
    expiresAt: row.expires_at ?? 0,
  };
}
