import type { Selectable } from "kysely";
import type { Holders } from "../../domain/role.ts";
import { isAmong, listOf } from "../among.ts";
import { prepare } from "../prepare.ts";
import type { Transaction } from "../store.ts";
import type { Queryable, ServiceTable } from "../tables.ts";

export type ServiceRow = Selectable<ServiceTable>;

const byId = prepare((db, { id }: { id: number }) => db.selectFrom("service").selectAll().where("id", "=", id).where("removed_at", "is", null).compile());

/** The service with this id; a removed one does not exist. */
export async function findService(db: Queryable, id: number): Promise<ServiceRow | undefined> {
  return (await byId(db, { id }))[0];
}

const byName = prepare((db, { product, name }: { product: string; name: string }) =>
  db.selectFrom("service").selectAll().where("product", "=", product).where("name", "=", name).where("removed_at", "is", null).compile(),
);

/** `name`: as stored (domain/service-name.ts). */
export async function findServiceByName(db: Queryable, product: string, name: string): Promise<ServiceRow | undefined> {
  return (await byName(db, { product, name }))[0];
}

const raiseVersion = prepare((db, { id }: { id: number }) =>
  db
    .updateTable("service")
    .set((row) => ({ version: row("version", "+", 1) }))
    .where("id", "=", id)
    .where("removed_at", "is", null)
    .returningAll()
    .compile(),
);

/** Locks a service for a deciding transaction by raising its version; undefined where it does not exist or was removed. */
export async function lockService(db: Queryable, id: number): Promise<ServiceRow | undefined> {
  return (await raiseVersion(db, { id }))[0];
}

/** Locks those of several services that exist, as lockService does, in order of id: two transactions that lock several cannot wait for each other. */
export async function lockServices({ engine, db }: Transaction, ids: Iterable<number>): Promise<Map<number, ServiceRow>> {
  const wanted = [...ids];
  if (wanted.length === 0) return new Map();
  const list = { list: listOf(wanted) };
  if (engine === "postgres") await lockInOrder(db, list);
  return new Map((await raiseVersions(db, list)).map((row) => [row.id, row]));
}

const lockInOrder = prepare((db, { list }: { list: string }) =>
  db
    .selectFrom("service")
    .select("id")
    .where(isAmong(db, "id", list))
    .orderBy("id")
    .forNoKeyUpdate()
    .compile(),
);

const raiseVersions = prepare((db, { list }: { list: string }) =>
  db
    .updateTable("service")
    .set((row) => ({ version: row("version", "+", 1) }))
    .where(isAmong(db, "id", list))
    .where("removed_at", "is", null)
    .returningAll()
    .compile(),
);

/** The accounts that hold its roles. */
export function holdersOf(service: Pick<ServiceRow, "admin_id" | "tech_id" | "billing_id">): Holders {
  return { admin: service.admin_id, tech: service.tech_id, billing: service.billing_id };
}
