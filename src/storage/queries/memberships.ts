import type { Insertable } from "kysely";
import { type Holders, type Role, roleBits, rolesHeldBy } from "../../domain/role.ts";
import { prepare } from "../prepare.ts";
import type { Transaction } from "../store.ts";
import type { ContactMoveTable, MembershipCountTable, MembershipTable, Queryable } from "../tables.ts";
import { inPieces } from "./in-pieces.ts";
import { holdersOf, type ServiceRow } from "./services.ts";

/** How a membership says that its service has no date of renewal: sorts last. */
export const noDate = "9999-12-31";

const columns = { admin: "admin_id", tech: "tech_id", billing: "billing_id" } as const;

/**
 * Moves roles of a locked service: its columns, the memberships and their counts, its history, and who sees its requests as
 * the present admin. Gives the service as it is then. `requestId`: the request by which it came to this, or null; `moment`: ms, where it is known.
 */
export async function moveRoles(
  tx: Transaction,
  service: ServiceRow,
  moves: readonly { role: Role; to: number }[],
  requestId: number | null,
  moment?: number,
): Promise<ServiceRow> {
  const before = holdersOf(service);
  const real = moves.filter((move) => before[move.role] !== move.to);
  if (real.length === 0) return service;
  const at = moment ?? (await tx.now());
  const { db } = tx;
  const moved = { ...service };
  for (const move of real) moved[columns[move.role]] = move.to;
  const history = real.map(({ role, to }) => ({ service_id: service.id, role, from_id: before[role], to_id: to, at, request_id: requestId }));
  await Promise.all([
    writeHolders(db, { id: service.id, admin: moved.admin_id, tech: moved.tech_id, billing: moved.billing_id }),
    insertHistory(db, { history }),
    ...moveMemberships(db, moved, before),
    moved.admin_id === before.admin ? undefined : moveSight(db, service.id, before.admin, moved.admin_id),
  ]);
  return moved;
}

const writeHolders = prepare((db, { id, admin, tech, billing }: Holders & { id: number }) =>
  db.updateTable("service").set({ admin_id: admin, tech_id: tech, billing_id: billing }).where("id", "=", id).compile(),
);

type History = readonly Required<Omit<Insertable<ContactMoveTable>, "id">>[];

const insertHistory = prepare((db, { history }: { history: History }) => db.insertInto("contact_move").values(history).compile());

/** Counts go last and in order of account: two transactions that touch the same counts cannot wait for each other. */
function moveMemberships(db: Queryable, service: ServiceRow, before: Holders): Promise<unknown>[] {
  const after = holdersOf(service);
  const accounts = accountsOf(before, after);
  const had = (account: number): boolean => rolesHeldBy(account, before).length > 0;
  const has = (account: number): boolean => rolesHeldBy(account, after).length > 0;
  const left = accounts.filter((account) => !has(account));
  const came = accounts.filter((account) => !had(account)).map((account) => membershipOf(service, account));
  const rolesIn = (holders: Holders, account: number): number => roleBits(rolesHeldBy(account, holders));
  const changed = accounts.filter((account) => had(account) && has(account) && rolesIn(before, account) !== rolesIn(after, account));
  return [
    ...(left.length ? [leave(db, { serviceId: service.id, accounts: left })] : []),
    ...changed.map((account) => writeRoles(db, { serviceId: service.id, account, roles: rolesIn(after, account) })),
    ...(came.length ? [join(db, { rows: came })] : []),
    changeCounts(
      db,
      accounts.map((account) => ({ account, by: Number(has(account)) - Number(had(account)) })),
    ),
  ];
}

const leave = prepare((db, { serviceId, accounts }: { serviceId: number; accounts: readonly number[] }) =>
  db.deleteFrom("membership").where("service_id", "=", serviceId).where("account_id", "in", accounts).compile(),
);

const writeRoles = prepare((db, { serviceId, account, roles }: { serviceId: number; account: number; roles: number }) =>
  db.updateTable("membership").set({ roles }).where("account_id", "=", account).where("service_id", "=", serviceId).compile(),
);

const join = prepare((db, { rows }: { rows: readonly MembershipTable[] }) => db.insertInto("membership").values(rows).compile());

/** The memberships of new services. */
export async function joinServices(db: Queryable, services: readonly ServiceRow[]): Promise<void> {
  const rows = services.flatMap((service) => accountsOf(holdersOf(service)).map((account) => membershipOf(service, account)));
  if (rows.length === 0) return;
  await inPieces(rows.toSorted(byAccount), (piece) => join(db, { rows: piece }));
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row.account_id, (counts.get(row.account_id) ?? 0) + 1);
  await changeCounts(
    db,
    [...counts].map(([account, by]) => ({ account, by })),
  );
}

/** As the trees of memberships are ordered: what stands together is written together. */
function byAccount(one: MembershipTable, other: MembershipTable): number {
  return one.account_id - other.account_id || one.service_id - other.service_id;
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
  const [row] = await countOf(db, { account });
  return row?.services ?? 0;
}

const countOf = prepare((db, { account }: { account: number }) =>
  db.selectFrom("membership_count").select("services").where("account_id", "=", account).compile(),
);

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
  await inPieces(rows, (piece) => count(db, { rows: piece }));
}

const count = prepare((db, { rows }: { rows: readonly MembershipCountTable[] }) =>
  db
    .insertInto("membership_count")
    .values(rows)
    .onConflict((conflict) =>
      conflict.column("account_id").doUpdateSet((row) => ({ services: row("membership_count.services", "+", row.ref("excluded.services")) })),
    )
    .compile(),
);

function accountsOf(...holders: Holders[]): number[] {
  const accounts = holders.flatMap((each) => [each.admin, each.tech, each.billing]);
  return [...new Set(accounts)].sort((one, other) => one - other);
}

/** The present admin sees every request of the service; a former one only those in which he has a part of his own (§10). */
async function moveSight(db: Queryable, serviceId: number, from: number, to: number): Promise<void> {
  await Promise.all([loseSight(db, { serviceId, from }), gainSight(db, { serviceId, to })]);
}

const requestsOn = (db: Queryable, serviceId: number) => db.selectFrom("change_request").where("service_id", "=", serviceId);

const loseSight = prepare((db, { serviceId, from }: { serviceId: number; from: number }) =>
  db
    .deleteFrom("request_party")
    .where("account_id", "=", from)
    .where("lasting", "=", 0)
    .where("request_id", "in", requestsOn(db, serviceId).select("id"))
    .compile(),
);

const gainSight = prepare((db, { serviceId, to }: { serviceId: number; to: number }) =>
  db
    .insertInto("request_party")
    .columns(["account_id", "request_id", "lasting"])
    .expression(requestsOn(db, serviceId).select((row) => [row.cast<number>(row.val(to), "bigint").as("account_id"), "id", row.lit(0).as("lasting")]))
    .onConflict((conflict) => conflict.doNothing())
    .compile(),
);
