import type { Context, OperatorActor } from "../../context.ts";
import { type Role, roles } from "../../domain/role.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { moveRoles, redateMemberships } from "../../storage/queries/memberships.ts";
import { holdersOf, type ServiceRow } from "../../storage/queries/services.ts";
import type { Transaction } from "../../storage/store.ts";
import { signatureOf } from "../actor.ts";
import { failRequestsOnRoles, failRequestsWithoutRight } from "../changes/fail-requests.ts";
import { ownerOf } from "../services/owner.ts";
import type { ServiceRecord } from "./records.ts";

type Options = { contacts: boolean; idOf: (handle: string) => number };

/** Whether a service is there and otherwise than the file says; its contacts only where that is wanted. */
export function isDifferent(service: ServiceRow | undefined, record: ServiceRecord, options: Options): boolean {
  return (
    service !== undefined && (Object.keys(changeOf(service, record)).length > 0 || (options.contacts && movesOf(service, record, options.idOf).length > 0))
  );
}

/** Brings a locked service up to what a file says. Gives whether anything was different. */
export async function updateService(
  context: Context,
  tx: Transaction,
  operator: OperatorActor,
  service: ServiceRow,
  record: ServiceRecord,
  options: Options,
): Promise<boolean> {
  const change = changeOf(service, record);
  const moves = options.contacts ? movesOf(service, record, options.idOf) : [];
  if (Object.keys(change).length === 0 && moves.length === 0) return false;
  if (moves.length > 0) await moveContacts(context, tx, operator, service, moves);
  if (Object.keys(change).length > 0) await writeChange(tx, operator, service, change);
  return true;
}

type Change = Partial<Pick<ServiceRow, "created_on" | "expires_on" | "renewal" | "contacts_locked" | "owner_json">>;

/** What is different, of the columns that the file has. */
function changeOf(before: ServiceRow, record: ServiceRecord): Change {
  const wanted: Required<Change> = {
    created_on: record.createdOn ?? before.created_on,
    expires_on: record.expiresOn === undefined ? before.expires_on : record.expiresOn,
    renewal: record.renewal ?? before.renewal,
    contacts_locked: record.locked === undefined ? before.contacts_locked : Number(record.locked),
    owner_json: record.owner ? JSON.stringify({ ...ownerOf(before), ...record.owner }) : before.owner_json,
  };
  const fields = Object.keys(wanted) as (keyof Change)[];
  return Object.fromEntries(fields.filter((field) => wanted[field] !== before[field]).map((field) => [field, wanted[field]]));
}

async function writeChange(tx: Transaction, operator: OperatorActor, service: ServiceRow, change: Change): Promise<void> {
  const after = await tx.db.updateTable("service").set(change).where("id", "=", service.id).returningAll().executeTakeFirstOrThrow();
  if (change.expires_on !== undefined) await redateMemberships(tx.db, after);
  const details = { fields: Object.keys(change) };
  await recordAudit(tx.db, { ...signatureOf(operator), at: await tx.now(), deed: "service.updated-by-import", serviceId: service.id, details });
}

type Move = { role: Role; to: number };

function movesOf(before: ServiceRow, record: ServiceRecord, idOf: (handle: string) => number): Move[] {
  const holders = holdersOf(before);
  const named = roles.flatMap((role) => (record.contacts[role] === undefined ? [] : [{ role, to: idOf(record.contacts[role]) }]));
  return named.filter((move) => holders[move.role] !== move.to);
}

/** What the operator's shop says goes before what customers have asked for: open requests on these roles end (§10 of SPEC.md). */
async function moveContacts(context: Context, tx: Transaction, operator: OperatorActor, service: ServiceRow, moves: readonly Move[]): Promise<void> {
  await failRequestsOnRoles(
    context,
    tx,
    service.id,
    moves.map((move) => move.role),
    "contacts-imported",
    operator,
  );
  const after = await moveRoles(tx, service, moves, null);
  if (after.admin_id !== service.admin_id) await failRequestsWithoutRight(context, tx, service.id, after.admin_id, null, operator);
  const details = { moves: moves.map((move) => ({ ...move, from: holdersOf(service)[move.role] })) };
  await recordAudit(tx.db, { ...signatureOf(operator), at: await tx.now(), deed: "service.contacts-imported", serviceId: service.id, details });
}
