import type { Insertable } from "kysely";
import { prepare } from "../prepare.ts";
import type { AuditTable, Queryable } from "../tables.ts";

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
  await recordAudits(db, [entry]);
}

/** Writes these lines of the audit log, of which there is one at least, in this order. */
export async function recordAudits(db: Queryable, entries: readonly AuditEntry[]): Promise<void> {
  await insertLines(db, { lines: entries.map(lineOf) });
}

type Line = Required<Omit<Insertable<AuditTable>, "id">>;

const insertLines = prepare((db, { lines }: { lines: readonly Line[] }) => db.insertInto("audit").values(lines).compile());

function lineOf(entry: AuditEntry): Line {
  return {
    at: entry.at,
    actor: entry.actor,
    source: entry.source,
    deed: entry.deed,
    account_id: entry.accountId ?? null,
    service_id: entry.serviceId ?? null,
    request_id: entry.requestId ?? null,
    details_json: JSON.stringify(entry.details ?? {}),
  };
}
