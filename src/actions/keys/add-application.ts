import type { Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { countApplications, insertApplication } from "../../storage/queries/api-keys.ts";
import type { Transaction } from "../../storage/store.ts";
import { mostApplications } from "./key-limits.ts";
import { newSecret } from "./new-secret.ts";

/** What its maker is told of a program, once: 16 and 32 letters and digits. */
export type ApplicationSecrets = { applicationKey: string; applicationSecret: string };

type Wanted = { accountId: number; kind: "signed" | "client"; name: string; description: string };

/** Stores a program with new secrets; refuses too many. */
export async function addApplication(
  context: Context,
  tx: Transaction,
  { accountId, kind, name, description }: Wanted,
): Promise<ApplicationSecrets & { id: number }> {
  if ((await countApplications(tx.db, accountId)) >= mostApplications) refuse({ code: "too-many-applications", count: mostApplications });
  const [applicationKey, applicationSecret] = [newSecret(context, 16), newSecret(context, 32)];
  const id = await insertApplication(tx.db, {
    account_id: accountId,
    kind,
    application_key: applicationKey,
    secret_sealed: context.secrets.seal("api", applicationSecret, applicationKey),
    name,
    description,
    created_at: await tx.now(),
  });
  return { id, applicationKey, applicationSecret };
}
