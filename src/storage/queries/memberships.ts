import { type Holders, type Role, roleBits, rolesHeldBy } from "../../domain/role.ts";
import type { Transaction } from "../store.ts";
import type { MembershipTable, Queryable } from "../tables.ts";
import { holdersOf, type ServiceRow } from "./services.ts";

/** How a membership says that its service has no date of renewal: sorts last. */
export const noDate = "9999-12-31";

const columns = { admin: "admin_id", tech: "tech_id", billing: "billing_id" } as const;

/**
 * Moves roles of a locked service: its columns, the memberships and their counts, its history, and who sees its requests as
 * the present admin. Gives the service as it is then. `requestId`: the request by which it came to this, or null.
 */
export async function moveRoles(
  tx: Transaction,
  service: ServiceRow,
  moves: readonly { role: Role; to: number }[],
  requestId: number | null,
): Promise<ServiceRow> {
  const before = holdersOf(service);
  const real = moves.filter((move) => before[move.role] !== move.to);
  if (real.length === 0) return service;
  const moved = await writeHolders(tx.db, service.id, real);
  const at = await tx.now();
  const history = real.map(({ role, to }) => ({ service_id: service.id, role, from_id: before[role], to_id: to, at, request_id: requestId }));
  await tx.db.insertInto("contact_move").values(history).execute();
  await moveMemberships(tx.db, moved, before);
  if (moved.admin_id !== before.admin) await moveSight(tx.db, service.id, before.admin, moved.admin_id);
  return moved;
}

async function writeHolders(db: Queryable, id: number, moves: readonly { role: Role; to: number }[]): Promise<ServiceRow> {
  const changed: Partial<Record<(typeof columns)[Role], number>> = {};
  for (const move of moves) changed[columns[move.role]] = move.to;
  return db.updateTable("service").set(changed).where("id", "=", id).returningAll().executeTakeFirstOrThrow();
}

/** Counts go last and in order of account: two transactions that touch the same counts cannot wait for each other. */
async function moveMemberships(db: Queryable, service: ServiceRow, before: Holders): Promise<void> {
  const after = holdersOf(service);
  const accounts = accountsOf(before, after);
  const had = (account: number): boolean => rolesHeldBy(account, before).length > 0;
  const has = (account: number): boolean => rolesHeldBy(account, after).length > 0;
  const left = accounts.filter((account) => !has(account));
  const came = accounts.filter((account) => !had(account));
  if (left.length) await db.deleteFrom("membership").where("service_id", "=", service.id).where("account_id", "in", left).execute();
  for (const account of accounts.filter((one) => had(one) && has(one))) await writeRoles(db, service.id, account, after);
  if (came.length) {
    const rows = came.map((account) => membershipOf(service, account));
    await db.insertInto("membership").values(rows).execute();
  }
  const changes = accounts.map((account) => ({ account, by: Number(has(account)) - Number(had(account)) }));
  await changeCounts(db, changes);
}

async function writeRoles(db: Queryable, serviceId: number, account: number, holders: Holders): Promise<void> {
  const roles = roleBits(rolesHeldBy(account, holders));
  await db.updateTable("membership").set({ roles }).where("account_id", "=", account).where("service_id", "=", serviceId).execute();
}

/** The memberships of new services. */
export async function joinServices(db: Queryable, services: readonly ServiceRow[]): Promise<void> {
  const rows = services.flatMap((service) => accountsOf(holdersOf(service)).map((account) => membershipOf(service, account)));
  if (rows.length === 0) return;
  await db.insertInto("membership").values(rows).execute();
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row.account_id, (counts.get(row.account_id) ?? 0) + 1);
  await changeCounts(
    db,
    [...counts].map(([account, by]) => ({ account, by })),
  );
}

/** The memberships of a service that is removed. */
export async function leaveService(db: Queryable, service: ServiceRow): Promise<void> {
  await db.deleteFrom("membership").where("service_id", "=", service.id).execute();
  await changeCounts(
    db,
    accountsOf(holdersOf(service)).map((account) => ({ account, by: -1 })),
  );
}

/** Keeps the date of a service in its memberships, which sort by it. */
export async function redateMemberships(db: Queryable, service: ServiceRow): Promise<void> {
  await db
    .updateTable("membership")
    .set({ expires_on: service.expires_on ?? noDate })
    .where("service_id", "=", service.id)
    .execute();
}

/** On how many services an account is contact. */
export async function countServices(db: Queryable, account: number): Promise<number> {
  const row = await db.selectFrom("membership_count").select("services").where("account_id", "=", account).executeTakeFirst();
  return row?.services ?? 0;
}

function membershipOf(service: ServiceRow, account: number): MembershipTable {
  return {
    account_id: account,
    service_id: service.id,
    name: service.name,
    product: service.product,
    expires_on: service.expires_on ?? noDate,
    roles: roleBits(rolesHeldBy(account, holdersOf(service))),
  };
}

async function changeCounts(db: Queryable, changes: readonly { account: number; by: number }[]): Promise<void> {
  const rows = changes
    .filter((change) => change.by !== 0)
    .sort((one, other) => one.account - other.account)
    .map((change) => ({ account_id: change.account, services: change.by }));
  if (rows.length === 0) return;
  await db
    .insertInto("membership_count")
    .values(rows)
    .onConflict((conflict) =>
      conflict.column("account_id").doUpdateSet((row) => ({ services: row("membership_count.services", "+", row.ref("excluded.services")) })),
    )
    .execute();
}

function accountsOf(...holders: Holders[]): number[] {
  const accounts = holders.flatMap((each) => [each.admin, each.tech, each.billing]);
  return [...new Set(accounts)].sort((one, other) => one - other);
}

/** The present admin sees every request of the service; a former one only those in which he has a part of his own (§10). */
async function moveSight(db: Queryable, serviceId: number, from: number, to: number): Promise<void> {
  const requests = db.selectFrom("change_request").where("service_id", "=", serviceId);
  await db.deleteFrom("request_party").where("account_id", "=", from).where("lasting", "=", 0).where("request_id", "in", requests.select("id")).execute();
  await db
    .insertInto("request_party")
    .columns(["account_id", "request_id", "lasting"])
    .expression(requests.select((row) => [row.cast<number>(row.val(to), "bigint").as("account_id"), "id", row.lit(0).as("lasting")]))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
