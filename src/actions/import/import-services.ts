import type { Context, OperatorActor } from "../../context.ts";
import { dayIn } from "../../domain/dates.ts";
import { roles } from "../../domain/role.ts";
import { keepAccountsByHandle } from "../../storage/queries/accounts.ts";
import { findServicesByName, serviceKey } from "../../storage/queries/find-many.ts";
import { insertServices } from "../../storage/queries/insert-services.ts";
import { lockServices, type ServiceRow } from "../../storage/queries/services.ts";
import type { Transaction } from "../../storage/store.ts";
import { unknownOwner } from "../services/owner.ts";
import { type Imported, type ImportOptions, ImportOutdated, type ServiceRecord } from "./records.ts";
import { isDifferent, updateService } from "./update-service.ts";

/** Writes services of a file with their contacts; `options` say what happens to those that exist (§10 of SPEC.md). */
export async function importServices(
  context: Context,
  tx: Transaction,
  operator: OperatorActor,
  records: readonly ServiceRecord[],
  options: ImportOptions,
): Promise<Imported> {
  const idOf = await accountIds(tx, records);
  const known = await findServicesByName(tx.db, options.update ? records : []);
  const fresh = records.filter((record) => !known.has(serviceKey(record)));
  const more = { contacts: options.contacts, idOf };
  const different = records.filter((record) => isDifferent(known.get(serviceKey(record)), record, more));
  const locked = await lockKnown(tx, known, different);
  await insertAll(context, tx, fresh, idOf);
  let changed = 0;
  for (const record of different) {
    const before = locked.get(serviceKey(record));
    if (before && (await updateService(context, tx, operator, before, record, more))) changed++;
  }
  return { added: fresh.length, changed, same: records.length - fresh.length - changed };
}

/** Before the counts of services change, as everywhere: two transactions cannot wait for each other. */
async function lockKnown(tx: Transaction, known: ReadonlyMap<string, ServiceRow>, records: readonly ServiceRecord[]): Promise<Map<string, ServiceRow>> {
  const ids = records.flatMap((record) => known.get(serviceKey(record))?.id ?? []);
  return new Map([...(await lockServices(tx, ids)).values()].map((service) => [serviceKey(service), service]));
}

/** The accounts that the records name; they were there when the file was checked. */
async function accountIds(tx: Transaction, records: readonly ServiceRecord[]): Promise<(handle: string) => number> {
  const handles = records.flatMap((record) => Object.values(record.contacts));
  const accounts = await keepAccountsByHandle(tx, handles);
  return (handle) => {
    const account = accounts.get(handle);
    if (!account || account.status === "closed") throw new ImportOutdated(`the account ${handle} is closed or gone`);
    return account.id;
  };
}

async function insertAll(context: Context, tx: Transaction, records: readonly ServiceRecord[], idOf: (handle: string) => number): Promise<void> {
  const now = await tx.now();
  const today = dayIn(context.settings.timeZone, now);
  const rows = records.map((record) => {
    const [admin = 0, tech = 0, billing = 0] = roles.map((role) => idOf(record.contacts[role] ?? record.contacts.admin));
    return {
      product: record.product,
      name: record.name,
      admin_id: admin,
      tech_id: tech,
      billing_id: billing,
      contacts_locked: record.locked ? 1 : 0,
      created_on: record.createdOn ?? today,
      expires_on: record.expiresOn ?? null,
      renewal: record.renewal ?? ("automatic" as const),
      owner_json: JSON.stringify({ ...unknownOwner, ...record.owner }),
      arrived_at: now,
      removed_at: null,
    };
  });
  const added = await insertServices(tx.db, rows);
  if (added.length < rows.length) throw new ImportOutdated("a service of the file has come into being");
}
