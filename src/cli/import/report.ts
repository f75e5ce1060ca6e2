import { basename } from "node:path";
import type { ImportKind } from "../../actions/import/import-batch.ts";
import type { Imported } from "../../actions/import/records.ts";
import type { CheckedFile } from "./check-file.ts";
import { importKinds } from "./columns.ts";
import type { FaultInFile, Staging } from "./staging.ts";

const number = (count: number): string => count.toLocaleString("en");
const amount = (count: number, kind: ImportKind, which = ""): string => `${number(count)} ${which}${kind}${count === 1 ? "" : "s"}`;
const sentence = (parts: readonly string[]): string => (parts.length > 0 ? new Intl.ListFormat("en").format(parts) : "nothing");

/** Without what a terminal would obey: messages quote cells, which may come from anybody. */
const printable = (message: string): string => message.replace(/\p{C}/gu, "\uFFFD");

/** What is wrong with a file, the first faults by line. */
export function tellFaults(file: string, faults: { first: readonly FaultInFile[]; count: number }): string {
  const lines = faults.first.map((fault) => `line ${fault.line}${fault.column ? `, ${fault.column}` : ""}: ${printable(fault.message)}`);
  const more = faults.count > lines.length ? [`… and ${number(faults.count - lines.length)} more`] : [];
  const count = faults.count === 1 ? "1 fault" : `${number(faults.count)} faults`;
  return [`${count} in ${basename(file)}`, ...lines, ...more, "Nothing was imported."].join("\n");
}

export function tellChecked(staging: Staging, checked: CheckedFile): string {
  const kinds = importKinds.filter((kind) => staging.count(kind) > 0);
  const existing = kinds.filter((kind) => checked.existing[kind] > 0).map((kind) => amount(checked.existing[kind], kind));
  const known = existing.length > 0 ? `; ${sentence(existing)} of them exist here` : "";
  return `Checked: ${sentence(kinds.map((kind) => amount(staging.count(kind), kind)))}, without a fault${known}.`;
}

/** `done`: lines that an earlier run has written; `took`: ms. */
export function tellWritten(sums: Record<ImportKind, Imported>, done: number, took: number): string {
  const seconds = (took / 1000).toFixed(1);
  const earlier = done > 0 ? ` ${number(done)} lines had been written before it was cut off.` : "";
  return `Imported in ${seconds} s: ${sumsOf(sums)}.${earlier}`;
}

export function tellStopped(sums: Record<ImportKind, Imported>, done: number, total: number): string {
  const written = importKinds.reduce((sum, kind) => sum + sums[kind].added + sums[kind].changed + sums[kind].same, done);
  return `Stopped after ${number(written)} of ${number(total)} lines. Import the same file again to go on.`;
}

function sumsOf(sums: Record<ImportKind, Imported>): string {
  const told = { added: "new", changed: "changed", same: "unchanged" } as const;
  const parts = importKinds.flatMap((kind) =>
    (["added", "changed", "same"] as const).map((sum) => (sums[kind][sum] > 0 ? amount(sums[kind][sum], kind, `${told[sum]} `) : "")),
  );
  return sentence(parts.filter(Boolean));
}
