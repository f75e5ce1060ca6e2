import { sql } from "kysely";
import type { Store } from "../../../src/storage/store.ts";

/** Whether the database is whole by its own account, and every row that points to another finds it. */
export async function checkIntegrity(store: Store): Promise<string[]> {
  const faults = await findOrphans(store);
  if (store.engine === "sqlite") {
    const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(store.read);
    faults.push(...rows.map((row) => row.integrity_check).filter((text) => text !== "ok"));
  }
  return faults;
}

const pointers = [
  ["approval", "request_id", "change_request"],
  ["approval", "account_id", "account"],
  ["change_request", "service_id", "service"],
  ["change_request", "call_id", "change_request"],
  ["contact_move", "service_id", "service"],
  ["contact_move", "request_id", "change_request"],
  ["contact_move", "to_id", "account"],
  ["membership", "service_id", "service"],
  ["membership", "account_id", "account"],
  ["old_code", "approval_id", "approval"],
  ["open_role", "request_id", "change_request"],
  ["outbox", "account_id", "account"],
  ["outbox", "request_id", "change_request"],
  ["outbox", "approval_id", "approval"],
  ["request_party", "request_id", "change_request"],
  ["request_party", "account_id", "account"],
] as const;

async function findOrphans({ read }: Store): Promise<string[]> {
  const faults: string[] = [];
  for (const [table, column, to] of pointers) {
    const pointer = sql.ref(`${table}.${column}`);
    const found = await sql<{ orphans: number }>`select count(*) as orphans from ${sql.table(table)}
      where ${pointer} is not null and not exists (select 1 from ${sql.table(to)} as target where target.id = ${pointer})`.execute(read);
    const orphans = Number(found.rows[0]?.orphans);
    if (orphans > 0) faults.push(`${orphans} rows of ${table} point by ${column} to nothing in ${to}`);
  }
  return faults;
}
