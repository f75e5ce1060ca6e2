import { z } from "zod";
import type { AccountActor, Context } from "../../context.ts";
import { endOfKey } from "../../domain/credential-life.ts";
import { refuse } from "../../domain/refusal.ts";
import { settlePending } from "../../storage/queries/api-keys.ts";
import { givenPasswordField } from "../accounts/account-fields.ts";
import { checkPassword, checkPasswordStill } from "../accounts/check-password.ts";
import { validityField } from "./key-fields.ts";
import { pendingCredential, tokenField } from "./pending-credential.ts";
import { checkRoomForKey, tellOfKey } from "./tell-of-key.ts";

export const validateCredentialInput = z.object({ token: tokenField, validity: validityField, password: givenPasswordField });

/** Agrees to a key that a program has asked for: from now on it acts for this account. Gives where to go on to. */
export async function validateCredential(
  context: Context,
  actor: AccountActor,
  input: z.input<typeof validateCredentialInput>,
): Promise<{ redirection: string | null }> {
  const { token, validity, password } = validateCredentialInput.parse(input);
  const seen = await checkPassword(context, actor, password);
  return context.store.write(async (tx) => {
    const account = await checkPasswordStill(tx, seen);
    const now = await tx.now();
    const row = await pendingCredential(context, tx.db, token, now);
    await checkRoomForKey(tx, account);
    const expiresAt = endOfKey(validity, now);
    const settled = await settlePending(tx.db, row.id, { state: "validated", account_id: account.id, expires_at: expiresAt });
    if (!settled) refuse({ code: "key-request-not-found" });
    await tellOfKey(context, tx, actor, account, { credentialId: row.id, application: row.name, expiresAt });
    return { redirection: row.redirection };
  });
}
