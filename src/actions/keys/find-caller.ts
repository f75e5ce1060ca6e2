import { isSignatureOf } from "../../auth/signature.ts";
import type { AccountActor, Context } from "../../context.ts";
import type { AccessRule } from "../../domain/access-rule.ts";
import { clockWindow } from "../../domain/credential-life.ts";
import { type CallerRow, findCallerByKey, findCallerByToken, isApplication } from "../../storage/queries/api-callers.ts";
import { hashesOf, keepHashes } from "./consumer-hashes.ts";
import { noteUse } from "./note-use.ts";
import { openSecret } from "./open-secret.ts";

/** A program that acts for an account, with what it may do. `allowedIPs`: null is from everywhere. */
export type Caller = { actor: AccountActor & { key: number }; applicationId: number; rules: readonly AccessRule[]; allowedIPs: readonly string[] | null };

/** Why a call is not let in; in the order in which it is looked at. */
export type CallerFault = "no-login" | "unknown-application" | "unknown-credential" | "clock" | "wrong-signature" | "not-valid" | "unknown-token";

export type SignedHeaders = { application: string; consumer: string; timestamp: string; signature: string };
export type SignedRequest = SignedHeaders & { method: string; urls: readonly string[]; body: Uint8Array };

/** Who signs this call. Reads the credential each time, so that a revocation counts at once. */
export async function findSigner(context: Context, source: string, call: SignedRequest): Promise<Caller | CallerFault> {
  const hashes = hashesOf(context.secrets, call.consumer);
  const row = await findCallerByKey(context.store.read, hashes);
  if (row?.application_key !== call.application)
    return (await isApplication(context.store.read, call.application)) ? "unknown-credential" : "unknown-application";
  const now = context.clock();
  if (!/^[0-9]{1,12}$/.test(call.timestamp) || Math.abs(now - Number(call.timestamp) * 1000) > clockWindow) return "clock";
  if (!isSigned(context, row, call)) return "wrong-signature";
  keepHashes(context.secrets, call.consumer, hashes);
  return callerOf(context, row, source, now);
}

function isSigned({ secrets }: Context, row: CallerRow, call: SignedRequest): boolean {
  const applicationSecret = openSecret(secrets, row.secret_sealed, row.application_key);
  const consumerKey = openSecret(secrets, row.key_sealed ?? "", row.key_hash ?? "");
  return applicationSecret !== undefined && consumerKey !== undefined && isSignatureOf(call.signature, { ...call, applicationSecret, consumerKey });
}

/** Whose access token this is. */
export async function findBearer(context: Context, source: string, token: string): Promise<Caller | CallerFault> {
  const now = context.clock();
  const row = await findCallerByToken(context.store.read, context.secrets.hashes("api", token), now);
  return row ? callerOf(context, row, source, now) : "unknown-token";
}

async function callerOf(context: Context, row: CallerRow, source: string, now: number): Promise<Caller | CallerFault> {
  const { account_id: id, handle } = row;
  if (row.state !== "validated" || (row.expires_at !== null && row.expires_at <= now)) return "not-valid";
  if (id === null || handle === null || row.account_status !== "active" || row.owner_status !== "active") return "not-valid";
  noteUse(context, row, now);
  return {
    actor: { kind: "account", id, handle, source, key: row.credential_id },
    applicationId: row.application_id,
    rules: readRules(row.rules_json),
    allowedIPs: row.allowed_ips_json === null ? null : (JSON.parse(row.allowed_ips_json) as string[]),
  };
}

const read = new Map<string, readonly AccessRule[]>();

/** Most keys have the same few rules: a text of them is read once. */
function readRules(json: string): readonly AccessRule[] {
  const rules = read.get(json) ?? (JSON.parse(json) as AccessRule[]);
  if (read.size >= 1000) read.clear();
  read.set(json, rules);
  return rules;
}
