import type { AccessRule } from "../../domain/access-rule.ts";
import type { ApplicationRow, CredentialRow } from "../../storage/queries/api-keys.ts";

/** A program. `owner`: handle of who has made it; `key`: of an OAuth2 client its id; `createdAt`: ms. */
export type ApplicationView = {
  id: number;
  kind: "signed" | "client";
  key: string;
  name: string;
  description: string;
  owner: string;
  createdAt: number;
};

export const credentialStates = ["expired", "pendingValidation", "refused", "validated"] as const;
export type CredentialState = (typeof credentialStates)[number];

/** What an account allows a program. `allowedIPs`: null is from everywhere; times: ms; `expiresAt`: null is never. */
export type KeyView = {
  credentialId: number;
  kind: "signed" | "client";
  application: ApplicationView;
  /** Whether the program is the account's own. */
  mine: boolean;
  rules: AccessRule[];
  allowedIPs: string[] | null;
  state: CredentialState;
  createdAt: number;
  expiresAt: number | null;
  lastUsedAt: number | null;
};

export function applicationView({ id, kind, application_key: key, name, description, owner, created_at: createdAt }: ApplicationRow): ApplicationView {
  return { id, kind, key, name, description, owner, createdAt };
}

/** `now`: ms; from its very end on a key is expired. */
export function keyView(row: CredentialRow, now: number): KeyView {
  const { id: credentialId, kind, application_key: key, name, description, owner, application_created_at: createdAt } = row;
  return {
    credentialId,
    kind,
    application: { id: row.application_id, kind, key, name, description, owner, createdAt },
    mine: row.account_id === row.owner_id,
    rules: JSON.parse(row.rules_json) as AccessRule[],
    allowedIPs: row.allowed_ips_json === null ? null : (JSON.parse(row.allowed_ips_json) as string[]),
    state: row.state !== "refused" && row.expires_at !== null && row.expires_at <= now ? "expired" : row.state,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}
