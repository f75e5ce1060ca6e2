import type { Role } from "../../domain/role.ts";
import type { Queryable } from "../tables.ts";

/** A move of a role, by handles; from null: the service's beginning. `requestId`: only where the reader sees that request. */
export type ContactMove = { role: Role; from: string | null; to: string; at: number; requestId: number | null };

/** The last moves of a service's roles, newest first. */
export async function contactHistory(db: Queryable, serviceId: number, reader: number, atMost: number): Promise<ContactMove[]> {
  return db
    .selectFrom("contact_move")
    .leftJoin("account as giver", "giver.id", "contact_move.from_id")
    .innerJoin("account as taker", "taker.id", "contact_move.to_id")
    .leftJoin("request_party", (join) => join.onRef("request_party.request_id", "=", "contact_move.request_id").on("request_party.account_id", "=", reader))
    .select(["contact_move.role", "giver.handle as from", "taker.handle as to", "contact_move.at", "request_party.request_id as requestId"])
    .where("contact_move.service_id", "=", serviceId)
    .orderBy("contact_move.id", "desc")
    .limit(atMost)
    .execute();
}
