import type { AccountRecord, ImportOptions, InvoiceRecord, ServiceRecord } from "../../actions/import/records.ts";
import type { Context } from "../../context.ts";
import type { AccountRow } from "../../storage/queries/accounts.ts";
import { findAccountsByHandle, findInvoices, findServicesByName, serviceKey } from "../../storage/queries/find-many.ts";
import type { CheckedFile } from "./check-file.ts";
import type { Checked } from "./check-line.ts";
import { isWritten, nameOf, type Position, type Staging } from "./staging.ts";

export type StagedLine = { line: number } & Checked;

type Options = ImportOptions & { after: Position | undefined };
type Known = { account: ReadonlyMap<string, AccountRow>; service: ReadonlyMap<string, unknown>; invoice: ReadonlyMap<string, unknown> };

/** Checks lines that are right by themselves against the database, and stages them. What they have in common with other lines `settle` of the staging finds. */
export async function checkBatch(context: Context, staging: Staging, lines: readonly StagedLine[], options: Options, checked: CheckedFile): Promise<void> {
  const known = await lookUp(context, lines);
  for (const line of lines) {
    const fault = (column: string, message: string): void => staging.fault(line.line, column, message);
    const [at, key] = [positionOf(line), keyOf(line)];
    const exists = known[line.kind].has(key) && !isWritten(at, options.after);
    if (exists) checked.existing[line.kind]++;
    if (exists && !options.update) fault("", `${nameOf(line.kind, key)} exists already; --update changes what exists`);
    if (line.kind === "account" && exists && options.update) checkStatus(line.record, known, fault);
    const closed = line.kind === "account" && line.record.status === "closed";
    staging.add(at, { key, closed, record: line.record });
    const named = accountsNamed(line);
    for (const column in named) checkAccount(staging, line.line, column, named[column] ?? "", known);
  }
}

async function lookUp(context: Context, lines: readonly StagedLine[]): Promise<Known> {
  const { read } = context.store;
  const handles = lines.flatMap((line) => (line.kind === "account" ? line.record.handle : Object.values(accountsNamed(line))));
  const invoices = recordsOf<InvoiceRecord>(lines, "invoice").map((record) => record.id);
  return {
    account: await findAccountsByHandle(read, handles),
    service: await findServicesByName(read, recordsOf<ServiceRecord>(lines, "service")),
    invoice: await findInvoices(read, invoices),
  };
}

function recordsOf<Record>(lines: readonly StagedLine[], kind: Checked["kind"]): Record[] {
  return lines.filter((line) => line.kind === kind).map((line) => line.record as Record);
}

/** Lines of one account are written together: their rows stand together in every list, and fewer pages have to be written. */
function positionOf({ kind, line, record }: StagedLine): Position {
  if (kind === "account") return { kind, line, sort: record.handle };
  return { kind, line, sort: kind === "service" ? record.contacts.admin : record.account };
}

/** What must be unique among lines of a kind. */
function keyOf(line: StagedLine): string {
  if (line.kind === "account") return line.record.handle;
  return line.kind === "service" ? serviceKey(line.record) : line.record.id;
}

/** The accounts that a line names, by column. */
function accountsNamed(line: StagedLine): Readonly<Record<string, string>> {
  if (line.kind === "account") return {};
  return line.kind === "service" ? line.record.contacts : { account: line.record.account };
}

type TellFault = (column: string, message: string) => void;

/** Suspending and closing have consequences (sessions, open requests) that a file must not bring about in passing. */
function checkStatus(record: AccountRecord, known: Known, fault: TellFault): void {
  const present = known.account.get(record.handle)?.status;
  if (record.status === undefined || record.status === present) return;
  fault("status", `the account is ${present} here; use \`handover account suspend\`, \`resume\` or \`close\``);
}

function checkAccount(staging: Staging, line: number, column: string, handle: string, known: Known): void {
  const account = known.account.get(handle);
  if (!account) staging.need(handle, line, column);
  // An invoice of somebody who has left stays his.
  else if (account.status === "closed" && column !== "account") staging.fault(line, column, `the account ${handle} is closed`);
}
