import type { State } from "../../domain/change-request.ts";
import type { Role } from "../../domain/role.ts";
import { isAmong, listOf } from "../among.ts";
import { prepare } from "../prepare.ts";
import type { Queryable } from "../tables.ts";

/** A role that an open request holds. `party`: whether the reader sees that request. */
export type OpenRole = { serviceId: number; role: Role; requestId: number; state: State; party: boolean };

const held = prepare((db, { list, reader, now }: { list: string; reader: number; now: number }) =>
  db
    .selectFrom("open_role")
    .innerJoin("change_request", "change_request.id", "open_role.request_id")
    .leftJoin("request_party", (join) => join.onRef("request_party.request_id", "=", "open_role.request_id").on("request_party.account_id", "=", reader))
    .select(["open_role.service_id", "open_role.role", "open_role.request_id", "change_request.state", "request_party.account_id as party"])
    .where(isAmong(db, "open_role.service_id", list))
    .where((row) => row.or([row("change_request.state", "!=", "validatingByCustomers"), row("change_request.expires_at", ">", now)]))
    .orderBy("open_role.request_id")
    .compile(),
);

/** The held roles of these services. A request whose time has passed at `now` (ms) holds none, though no timer has run (§10 of SPEC.md). */
export async function findOpenRoles(db: Queryable, serviceIds: readonly number[], reader: number, now: number): Promise<OpenRole[]> {
  if (serviceIds.length === 0) return [];
  const rows = await held(db, { list: listOf(serviceIds), reader, now });
  return rows.map((row) => ({ serviceId: row.service_id, role: row.role, requestId: row.request_id, state: row.state, party: row.party !== null }));
}
