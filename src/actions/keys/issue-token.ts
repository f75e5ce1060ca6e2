import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { tokenLife } from "../../domain/credential-life.ts";
import { findAccount } from "../../storage/queries/accounts.ts";
import { findClient, insertToken, keepCredential } from "../../storage/queries/api-keys.ts";
import { countUse, giveBackUse } from "../../storage/queries/limits.ts";
import type { Transaction } from "../../storage/store.ts";
import { checkLimits } from "../check-limits.ts";
import { type Outcome, settle } from "../outcome.ts";
import { keyLimits } from "./key-limits.ts";
import { newSecret } from "./new-secret.ts";

export const issueTokenInput = z.object({ clientId: z.string().max(255), clientSecret: z.string().max(255) });

/** `expires_in`: seconds. The names are those of RFC 6749. */
export type IssuedToken = { access_token: string; token_type: "Bearer"; expires_in: number; scope: "all" };

/**
 * An access token for the id and the secret of an OAuth2 client. Refuses too many wrong ones from one place, and too many tokens. What can be answered by
 * reading is: ids that somebody makes up, and those who are shut out, cost no transaction.
 */
export async function issueToken(context: Context, source: string, input: z.input<typeof issueTokenInput>): Promise<IssuedToken | "invalid-client"> {
  const given = issueTokenInput.parse(input);
  await checkLimits(context, [keyLimits.wrongSecretsFrom(source), keyLimits.wrongSecretsFor(source, given.clientId)]);
  const seen = await findClient(context.store.read, given.clientId);
  if (!seen) return "invalid-client";
  if (isSecretOf(context, seen, given.clientSecret)) await checkLimits(context, [keyLimits.tokensOf(seen.id)]);
  return settle(await context.store.write((tx) => countAndIssue(context, tx, source, given)));
}

type Given = z.output<typeof issueTokenInput>;

/** Every try counts until its secret has turned out to be right, so that tries at once cannot outrun the limit. */
async function countAndIssue(context: Context, tx: Transaction, source: string, given: Given): Promise<Outcome<IssuedToken | "invalid-client">> {
  const now = await tx.now();
  const wrong = keyLimits.wrongSecretsFor(source, given.clientId);
  const tries = await countUse(tx.db, wrong, now);
  if (!tries.allowed) return { refused: { code: "too-many-tries", retryAt: tries.retryAt } };
  const credentialId = await usableClient(context, tx, given);
  if (credentialId === undefined) {
    await countUse(tx.db, keyLimits.wrongSecretsFrom(source), now);
    return { ok: "invalid-client" };
  }
  await giveBackUse(tx.db, wrong.key);
  // Before the lock: whoever asks too often must not stand in the way of who ends this key.
  const tokens = await countUse(tx.db, keyLimits.tokensOf(credentialId), now);
  if (!tokens.allowed) return { refused: { code: "too-many-tries", retryAt: tokens.retryAt } };
  return { ok: (await keepCredential(tx, credentialId)) ? await addToken(context, tx, credentialId) : "invalid-client" };
}

/** The id of the client's credential, while it and its account are good. */
async function usableClient(context: Context, tx: Transaction, { clientId, clientSecret }: Given): Promise<number | undefined> {
  const row = await findClient(tx.db, clientId);
  if (!row || !isSecretOf(context, row, clientSecret) || row.account_id === null) return undefined;
  const account = await findAccount(tx.db, row.account_id);
  const isOver = row.expires_at !== null && row.expires_at <= (await tx.now());
  return row.state === "validated" && !isOver && account?.status === "active" ? row.id : undefined;
}

type Client = { application_key: string; secret_sealed: string };

function isSecretOf({ secrets }: Context, client: Client, given: string): boolean {
  const secret = secrets.open("api", client.secret_sealed, client.application_key);
  return isSame(given, secret ?? "") && secret !== undefined;
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
