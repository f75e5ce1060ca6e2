import type { Context, OperatorActor } from "../../context.ts";
import { recordAudit } from "../../storage/queries/audit.ts";
import { findSetting, saveSetting } from "../../storage/queries/settings.ts";
import type { Transaction } from "../../storage/store.ts";
import { signatureOf } from "../actor.ts";
import { importAccounts } from "./import-accounts.ts";
import { importInvoices } from "./import-invoices.ts";
import { importServices } from "./import-services.ts";
import type { AccountRecord, Imported, ImportOptions, InvoiceRecord, ServiceRecord } from "./records.ts";

/** Records of one kind. */
export type Batch =
  | { kind: "account"; records: readonly AccountRecord[] }
  | { kind: "service"; records: readonly ServiceRecord[] }
  | { kind: "invoice"; records: readonly InvoiceRecord[] };

export type ImportKind = Batch["kind"];

/**
 * Writes one batch of a checked file, and how far the file is written, in one transaction: an import that was cut off goes on
 * after it. `run` tells the import from others (its file's hash and options); `position` is where the batch ends.
 */
export async function importBatch(
  context: Context,
  operator: OperatorActor,
  batch: Batch,
  options: ImportOptions,
  run: string,
  position: string,
): Promise<Imported> {
  return context.store.write(async (tx) => {
    const imported = await writeBatch(context, tx, operator, batch, options);
    await saveSetting(tx.db, settingKey(run), position);
    const details = { file: run, rows: batch.records.length, ...imported };
    await recordAudit(tx.db, { ...signatureOf(operator), at: await tx.now(), deed: `import.${batch.kind}s`, details });
    return imported;
  });
}

function writeBatch(context: Context, tx: Transaction, operator: OperatorActor, batch: Batch, options: ImportOptions): Promise<Imported> {
  if (batch.kind === "account") return importAccounts(context, tx, batch.records, options);
  if (batch.kind === "service") return importServices(context, tx, operator, batch.records, options);
  return importInvoices(tx, batch.records, options);
}

const settingKey = (run: string): string => `import:${run}`;

/** Where an import that was cut off has ended, or undefined. */
export async function findPosition(context: Context, run: string): Promise<string | undefined> {
  return findSetting(context.store.read, settingKey(run));
}

/** An import is complete: the same file again is a new one. */
export async function forgetPosition(context: Context, run: string): Promise<void> {
  await context.store.write(async (tx) => {
    await tx.db.deleteFrom("setting").where("key", "=", settingKey(run)).execute();
  });
}
