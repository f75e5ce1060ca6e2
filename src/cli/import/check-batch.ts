import type { AccountRecord, ImportOptions, InvoiceRecord, ServiceRecord } from "../../actions/import/records.ts";
import type { Context } from "../../context.ts";
import type { AccountRow } from "../../storage/queries/accounts.ts";
import { findAccountsByHandle, findInvoices, findServicesByName, serviceKey } from "../../storage/queries/find-many.ts";
import type { CheckedFile } from "./check-file.ts";
import type { Checked } from "./check-line.ts";
import { isWritten, type Position, type Staging } from "./staging.ts";

export type StagedLine = { line: number } & Checked;

type Options = ImportOptions & { after: Position | undefined };
type Known = { accounts: Map<string, AccountRow>; services: ReadonlyMap<string, unknown>; invoices: ReadonlyMap<string, unknown> };

/** Checks lines that are right by themselves against the database and the lines before them, and stages them. */
export async function checkBatch(context: Context, staging: Staging, lines: readonly StagedLine[], options: Options, checked: CheckedFile): Promise<void> {
  const known = await lookUp(context, lines);
  for (const line of lines) {
    const at: Position = { kind: line.kind, sort: sortOf(line), line: line.line };
    const key = keyOf(line);
    const fault = (column: string, message: string): void => staging.fault(line.line, column, message);
    const before = staging.claim(line.kind, key, line.line, line.kind === "account" && line.record.status === "closed");
    if (before !== undefined) fault("", `${nameOf(line)} stands already in line ${before}`);
    const exists = isKnown(line, key, known) && !isWritten(at, options.after);
    if (exists) checked.existing[line.kind]++;
    if (exists && !options.update) fault("", `${nameOf(line)} exists already; --update changes what exists`);
    if (line.kind === "account" && exists && options.update) checkStatus(line.record, known, fault);
    for (const [column, handle] of accountsNamed(line)) checkAccount(handle, known, fault, () => staging.need(handle, line.line, column), column);
    if (before === undefined) staging.add(at, line.record);
  }
}

async function lookUp(context: Context, lines: readonly StagedLine[]): Promise<Known> {
  const { read } = context.store;
  const handles = lines.flatMap((line) => (line.kind === "account" ? [line.record.handle] : accountsNamed(line).map(([, handle]) => handle)));
  return {
    accounts: await findAccountsByHandle(read, handles),
    services: await findServicesByName(read, recordsOf<ServiceRecord>(lines, "service")),
    invoices: await findInvoices(
      read,
      recordsOf<InvoiceRecord>(lines, "invoice").map((record) => record.id),
    ),
  };
}

function recordsOf<Record>(lines: readonly StagedLine[], kind: Checked["kind"]): Record[] {
  return lines.filter((line) => line.kind === kind).map((line) => line.record as Record);
}

/** Lines of one account are written together: their rows stand together in every list, and fewer pages have to be written. */
function sortOf(line: StagedLine): string {
  if (line.kind === "account") return line.record.handle;
  return line.kind === "service" ? line.record.contacts.admin : line.record.account;
}

/** What must be unique among lines of a kind. */
function keyOf(line: StagedLine): string {
  if (line.kind === "account") return line.record.handle;
  return line.kind === "service" ? serviceKey(line.record) : line.record.id;
}

function nameOf(line: StagedLine): string {
  return `the ${line.kind} ${keyOf(line)}`;
}

function isKnown(line: StagedLine, key: string, known: Known): boolean {
  return { account: known.accounts, service: known.services, invoice: known.invoices }[line.kind].has(key);
}

/** The columns that name accounts, with their handles. */
function accountsNamed(line: StagedLine): [column: string, handle: string][] {
  if (line.kind === "account") return [];
  return line.kind === "service" ? Object.entries(line.record.contacts) : [["account", line.record.account]];
}

type TellFault = (column: string, message: string) => void;

/** Suspending and closing have consequences (sessions, open requests) that a file must not bring about in passing. */
function checkStatus(record: AccountRecord, known: Known, fault: TellFault): void {
  const present = known.accounts.get(record.handle)?.status;
  if (record.status === undefined || record.status === present) return;
  fault("status", `the account is ${present} here; use \`handover account suspend\`, \`resume\` or \`close\``);
}

function checkAccount(handle: string, known: Known, fault: TellFault, need: () => void, column: string): void {
  const account = known.accounts.get(handle);
  if (!account) need();
  // An invoice of somebody who has left stays his.
  else if (account.status === "closed" && column !== "account") fault(column, `the account ${handle} is closed`);
}
