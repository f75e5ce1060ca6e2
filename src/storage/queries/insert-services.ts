import type { Insertable } from "kysely";
import { roles } from "../../domain/role.ts";
import type { Queryable, ServiceTable } from "../tables.ts";
import { joinServices } from "./memberships.ts";
import { holdersOf, type ServiceRow } from "./services.ts";

/**
 * New services with their contacts, memberships, counts, and the beginning of their history, in no certain order. One whose
 * product and name exist already is left out. At most 1,000 at once: SQLite takes 32,766 values in a statement.
 */
export async function insertServices(db: Queryable, values: readonly Insertable<ServiceTable>[]): Promise<ServiceRow[]> {
  if (values.length === 0) return [];
  const services = await db
    .insertInto("service")
    .values(values.toSorted(byName))
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .execute();
  if (services.length === 0) return [];
  await joinServices(db, services);
  await db.insertInto("contact_move").values(services.flatMap(beginningOf)).execute();
  return services;
}

/** In one order: two transactions that add the same services cannot wait for each other. */
function byName(one: Insertable<ServiceTable>, other: Insertable<ServiceTable>): number {
  const [a, b] = [`${one.product} ${one.name}`, `${other.product} ${other.name}`];
  return a < b ? -1 : Number(a > b);
}

/** The first moves of a service: each role comes from nobody. */
function beginningOf(service: ServiceRow) {
  const holders = holdersOf(service);
  return roles.map((role) => ({ service_id: service.id, role, from_id: null, to_id: holders[role], at: service.arrived_at, request_id: null }));
}
