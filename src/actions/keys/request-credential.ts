import { z } from "zod";
import type { Context } from "../../context.ts";
import { agreeableFor } from "../../domain/credential-life.ts";
import { type ApplicationRow, findApplicationByKey, insertCredential, keepApplication } from "../../storage/queries/api-keys.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { countUse } from "../../storage/queries/limits.ts";
import type { Transaction } from "../../storage/store.ts";
import type { Queryable } from "../../storage/tables.ts";
import { checkLimits } from "../check-limits.ts";
import { type Outcome, settle } from "../outcome.ts";
import { addressesField, redirectionField, rulesField } from "./key-fields.ts";
import { keyLimits } from "./key-limits.ts";
import { newConsumerKey } from "./new-consumer-key.ts";
import { newSecret } from "./new-secret.ts";

export const requestCredentialInput = z.object({
  applicationKey: z.string().max(255),
  accessRules: rulesField,
  redirection: redirectionField,
  allowedIPs: addressesField,
});

type Wanted = z.output<typeof requestCredentialInput>;

/** A key that nobody has agreed to yet, and the page where somebody can. */
export type RequestedCredential = { consumerKey: string; state: "pendingValidation"; validationUrl: string };

/** A program asks for a key, for whoever will agree to it. Refuses when it, or its address, asks too often. */
export async function requestCredential(
  context: Context,
  source: string,
  input: z.input<typeof requestCredentialInput>,
): Promise<RequestedCredential | "unknown-application"> {
  const wanted = requestCredentialInput.parse(input);
  await checkLimits(context, [keyLimits.requestsFrom(source)]);
  const seen = await findProgram(context.store.read, wanted.applicationKey);
  if (seen) await checkLimits(context, [keyLimits.requestsOf(seen.id)]);
  return settle(await context.store.write((tx) => countAndAdd(context, tx, source, wanted)));
}

async function countAndAdd(context: Context, tx: Transaction, source: string, wanted: Wanted): Promise<Outcome<RequestedCredential | "unknown-application">> {
  const now = await tx.now();
  const bySource = await countUse(tx.db, keyLimits.requestsFrom(source), now);
  if (!bySource.allowed) return { refused: { code: "too-many-tries", retryAt: bySource.retryAt } };
  const application = await findProgram(tx.db, wanted.applicationKey);
  if (!application) return { ok: "unknown-application" };
  // Before the lock: whoever asks too often must not stand in the way of who removes this program.
  const byApplication = await countUse(tx.db, keyLimits.requestsOf(application.id), now);
  if (!byApplication.allowed) return { refused: { code: "too-many-tries", retryAt: byApplication.retryAt } };
  if (!(await keepApplication(tx, application.id))) return { ok: "unknown-application" };
  return { ok: await addPending(context, tx, { application, source }, wanted) };
}

/** The program that may ask for keys. */
async function findProgram(db: Queryable, applicationKey: string): Promise<ApplicationRow | undefined> {
  const application = await findApplicationByKey(db, applicationKey);
  return application?.kind === "signed" && application.owner_status === "active" ? application : undefined;
}

type Asker = { application: ApplicationRow; source: string };

async function addPending(context: Context, tx: Transaction, { application, source }: Asker, wanted: Wanted): Promise<RequestedCredential> {
  const now = await tx.now();
  const { consumerKey, kept } = newConsumerKey(context);
  const token = newSecret(context, 64);
  const credentialId = await insertCredential(tx.db, {
    application_id: application.id,
    account_id: null,
    ...kept,
    validation_hash: context.secrets.hash("api", token),
    rules_json: JSON.stringify(wanted.accessRules),
    allowed_ips_json: wanted.allowedIPs === null ? null : JSON.stringify(wanted.allowedIPs),
    redirection: wanted.redirection,
    state: "pendingValidation",
    created_at: now,
    expires_at: now + agreeableFor,
    last_used_at: null,
  });
  const details = { credentialId, applicationId: application.id };
  await recordAudit(tx.db, { actor: "system", source, at: now, deed: "key.requested", accountId: application.account_id, details });
  return { consumerKey, state: "pendingValidation", validationUrl: `${context.settings.baseUrl}/auth/?credentialToken=${token}` };
}
