import { DatabaseSync } from "node:sqlite";
import type { PeerData } from "./peer.ts";

/** Directus counts users in UUIDs. */
export const userOf = (account: number): string => `00000000-0000-4000-8000-${String(account).padStart(12, "0")}`;
export const tokenOf = (account: number): string => `bench-${account}`;

/** What Directus leaves out: it makes no index for a relation. */
const indexes = [
  "create index services_admin on services (admin, name)",
  "create index services_tech on services (tech, name)",
  "create index services_billing on services (billing, name)",
  "create index services_name on services (name)",
  "create index change_requests_service on change_requests (service)",
  "create index change_requests_giver on change_requests (giver)",
  "create index change_requests_taker on change_requests (taker)",
];

/** Past Directus: through its API a hundred thousand services would take an hour. */
export function fillDirectus(file: string, role: string, data: PeerData): void {
  const db = new DatabaseSync(file);
  try {
    db.exec("pragma journal_mode = wal; pragma synchronous = off; begin");
    const user = db.prepare("insert into directus_users (id, first_name, email, handle, role, status, token) values (?, ?, ?, ?, ?, 'active', ?)");
    for (const { id, name, email, handle } of data.accounts()) user.run(userOf(id), name, email, handle, role, tokenOf(id));
    const service = db.prepare("insert into services (product, name, admin, tech, billing, created_on, expires_on) values (?, ?, ?, ?, ?, ?, ?)");
    for (const { product, name, admin, tech, billing, createdOn, expiresOn } of data.services()) {
      service.run(product, name, userOf(admin), userOf(tech), userOf(billing), createdOn, expiresOn);
    }
    db.exec(`commit; ${indexes.join("; ")}; analyze`);
  } finally {
    db.close();
  }
}

/** What earlier rounds have created. */
export function forgetCreated(file: string): void {
  const db = new DatabaseSync(file);
  try {
    db.exec("begin; delete from change_requests; delete from directus_revisions; delete from directus_activity; commit");
  } finally {
    db.close();
  }
}

/** At most so many services of which this account is the admin, and another account. */
export function servicesOf(file: string, account: number, count: number): { ids: number[]; other: string } {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const ids = db.prepare("select id from services where admin = ? order by id limit ?").all(userOf(account), count);
    const other = db.prepare("select id from directus_users where handle is not null and id <> ? order by handle desc limit 1").get(userOf(account));
    return { ids: ids.map(({ id }) => Number(id)), other: String(other?.["id"]) };
  } finally {
    db.close();
  }
}
