import type { Queryable } from "../tables.ts";

export type AuditEntry = {
  at: number;
  /** A handle, `operator` or `system`. */
  actor: string;
  source: string;
  /** What was done, e.g. `change.accepted`. */
  deed: string;
  accountId?: number;
  serviceId?: number;
  requestId?: number;
  /** Further facts; never a secret. */
  details?: Readonly<Record<string, unknown>>;
};

/** Writes one line of the audit log; belongs into the transaction of the deed. */
export async function recordAudit(db: Queryable, entry: AuditEntry): Promise<void> {
  await db
    .insertInto("audit")
    .values({
      at: entry.at,
      actor: entry.actor,
      source: entry.source,
      deed: entry.deed,
      account_id: entry.accountId ?? null,
      service_id: entry.serviceId ?? null,
      request_id: entry.requestId ?? null,
      details_json: JSON.stringify(entry.details ?? {}),
    })
    .execute();
}
