import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { tokenLife } from "../../domain/credential-life.ts";
import { findAccount } from "../../storage/queries/accounts.ts";
import { findClient, insertToken, keepCredential } from "../../storage/queries/api-keys.ts";
import { countUse, giveBackUse } from "../../storage/queries/limits.ts";
import type { Transaction } from "../../storage/store.ts";
import { type Outcome, settle } from "../outcome.ts";
import { keyLimits } from "./key-limits.ts";
import { newSecret } from "./new-secret.ts";

export const issueTokenInput = z.object({ clientId: z.string().max(255), clientSecret: z.string().max(255) });

/** `expires_in`: seconds. The names are those of RFC 6749. */
export type IssuedToken = { access_token: string; token_type: "Bearer"; expires_in: number; scope: "all" };

/** An access token for the id and the secret of an OAuth2 client. Refuses too many wrong ones from one place, and too many tokens. */
export async function issueToken(context: Context, source: string, input: z.input<typeof issueTokenInput>): Promise<IssuedToken | "invalid-client"> {
  const { clientId, clientSecret } = issueTokenInput.parse(input);
  const outcome = await context.store.write(async (tx): Promise<Outcome<IssuedToken | "invalid-client">> => {
    const now = await tx.now();
    const wrong = keyLimits.wrongSecretsFrom(source, clientId);
    const tries = await countUse(tx.db, wrong, now);
    if (!tries.allowed) return { refused: { code: "too-many-tries", retryAt: tries.retryAt } };
    const credentialId = await usableClient(context, tx, clientId, clientSecret);
    if (credentialId === undefined) return { ok: "invalid-client" };
    await giveBackUse(tx.db, wrong.key);
    const tokens = await countUse(tx.db, keyLimits.tokensOf(credentialId), now);
    if (!tokens.allowed) return { refused: { code: "too-many-tries", retryAt: tokens.retryAt } };
    return { ok: await addToken(context, tx, credentialId) };
  });
  return settle(outcome);
}

/** The id of the client's credential, while it and its account are good. */
async function usableClient({ secrets }: Context, tx: Transaction, clientId: string, clientSecret: string): Promise<number | undefined> {
  const row = await findClient(tx.db, clientId);
  const secret = row && secrets.open("api", row.secret_sealed, row.application_key);
  if (!isSame(clientSecret, secret ?? "") || secret === undefined || row?.account_id == null) return undefined;
  const account = await findAccount(tx.db, row.account_id);
  const isOver = row.expires_at !== null && row.expires_at <= (await tx.now());
  if (row.state !== "validated" || isOver || account?.status !== "active") return undefined;
  return (await keepCredential(tx, row.id)) ? row.id : undefined;
}

async function addToken(context: Context, tx: Transaction, credentialId: number): Promise<IssuedToken> {
  const token = newSecret(context, 64);
  const expires_at = (await tx.now()) + tokenLife;
  await insertToken(tx.db, { token_hash: context.secrets.hash("api", token), credential_id: credentialId, expires_at });
  return { access_token: token, token_type: "Bearer", expires_in: tokenLife / 1000, scope: "all" };
}

/** In constant time, whatever the lengths. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash("sha256").update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(a, b);
}
