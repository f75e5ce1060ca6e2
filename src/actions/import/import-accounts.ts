import type { Insertable } from "kysely";
import type { Context } from "../../context.ts";
import { addressKey } from "../../domain/email-address.ts";
import { prepare } from "../../storage/prepare.ts";
import { type AccountRow, lockAccounts, updateAccount } from "../../storage/queries/accounts.ts";
import { findAccountsByHandle } from "../../storage/queries/find-many.ts";
import { inPieces } from "../../storage/queries/in-pieces.ts";
import type { Transaction } from "../../storage/store.ts";
import type { AccountTable } from "../../storage/tables.ts";
import { renewCodesOf } from "../changes/renew-codes.ts";
import { type AccountRecord, type Imported, type ImportOptions, ImportOutdated } from "./records.ts";

/** Writes accounts of a file: without password, without any mail (§10 of SPEC.md). */
export async function importAccounts(context: Context, tx: Transaction, records: readonly AccountRecord[], options: ImportOptions): Promise<Imported> {
  const handles = options.update ? records.map((record) => record.handle) : [];
  const known = await findAccountsByHandle(tx.db, handles);
  const fresh = records.filter((record) => !known.has(record.handle));
  await insertAll(tx, fresh);
  const ids = [...known.values()].map((account) => account.id);
  const locked = await lockAccounts(tx, ids);
  let changed = 0;
  for (const record of records) {
    const before = locked.get(known.get(record.handle)?.id ?? 0);
    if (before && (await updateOne(context, tx, before, record))) changed++;
  }
  return { added: fresh.length, changed, same: records.length - fresh.length - changed };
}

async function insertAll(tx: Transaction, records: readonly AccountRecord[]): Promise<void> {
  const now = await tx.now();
  const rows = records.map((record) => ({
    handle: record.handle,
    name: record.name,
    email: record.email,
    email_key: addressKey(record.email),
    email_verified_at: record.verified ? now : null,
    language: record.language ?? ("en" as const),
    password_hash: null,
    status: record.status ?? ("active" as const),
    asking_blocked_until: null,
    created_at: now,
  }));
  const added = await inPieces(rows, (piece) => insert(tx.db, { rows: piece }));
  if (added.length < rows.length) throw new ImportOutdated("an account of the file has come into being");
}

const insert = prepare((db, { rows }: { rows: readonly Insertable<AccountTable>[] }) =>
  db
    .insertInto("account")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .compile(),
);

/** Gives whether anything was different. A new confirmed address gets new codes, as when its holder had confirmed it (§10). */
async function updateOne(context: Context, tx: Transaction, before: AccountRow, record: AccountRecord): Promise<boolean> {
  const moved = before.email_key !== addressKey(record.email);
  const verified = record.verified ?? (!moved && before.email_verified_at !== null);
  const change = {
    name: record.name,
    email: record.email,
    email_key: addressKey(record.email),
    language: record.language ?? before.language,
    email_verified_at: verified ? ((moved ? null : before.email_verified_at) ?? (await tx.now())) : null,
  };
  const fields = Object.keys(change) as (keyof typeof change)[];
  if (fields.every((field) => before[field] === change[field])) return false;
  const account = await updateAccount(tx.db, before.id, change);
  if (moved && verified) await renewCodesOf(context, tx, account);
  return true;
}
