import type { Insertable } from "kysely";
import { roles } from "../../domain/role.ts";
import { prepare } from "../prepare.ts";
import type { Queryable, ServiceTable } from "../tables.ts";
import { serviceKey } from "./find-many.ts";
import { inPieces } from "./in-pieces.ts";
import { joinServices } from "./memberships.ts";
import { holdersOf, type ServiceRow } from "./services.ts";

/**
 * New services with their contacts, memberships, counts, and the beginning of their history, in no certain order. One whose
 * product and name exist already is left out.
 */
export async function insertServices(db: Queryable, values: readonly Insertable<ServiceTable>[]): Promise<ServiceRow[]> {
  const rows = values.toSorted(byName).map(rowOf);
  const added = await inPieces(rows, (piece) => insert(db, { rows: piece }));
  if (added.length === 0) return [];
  const known = new Map(rows.map((row) => [serviceKey(row), row]));
  const services = added.flatMap((one): ServiceRow[] => {
    const row = known.get(serviceKey(one));
    return row ? [{ ...row, id: one.id }] : [];
  });
  await joinServices(db, services);
  await inPieces(services.flatMap(beginningOf), (piece) => begin(db, { rows: piece }));
  return services;
}

type NewService = Omit<ServiceRow, "id">;

/** With every column, in one order: the text of the statement is the same for all. */
function rowOf(value: Insertable<ServiceTable>): NewService {
  const { product, name, admin_id, tech_id, billing_id, contacts_locked = 0, created_on, renewal, owner_json, arrived_at, version = 0 } = value;
  const [expires_on, removed_at] = [value.expires_on ?? null, value.removed_at ?? null];
  return { product, name, admin_id, tech_id, billing_id, contacts_locked, created_on, expires_on, renewal, owner_json, arrived_at, removed_at, version };
}

/** Gives by what they are known and their numbers: all else is known. */
const insert = prepare((db, { rows }: { rows: readonly NewService[] }) =>
  db
    .insertInto("service")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning(["id", "product", "name"])
    .compile(),
);

const begin = prepare((db, { rows }: { rows: readonly ReturnType<typeof beginningOf>[number][] }) => db.insertInto("contact_move").values(rows).compile());

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
