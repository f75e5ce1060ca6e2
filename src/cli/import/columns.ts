import type { ImportKind } from "../../actions/import/import-batch.ts";

/** The columns of a file that is imported or exported; docs/import.md explains them. A file without `type` holds the kind whose needed columns it has. */
export const columns = {
  account: { needed: ["handle", "name", "email"], others: ["language", "verified", "status"] },
  service: {
    needed: ["product", "name", "admin"],
    others: ["tech", "billing", "created", "expires", "renewal", "locked", "owner_name", "owner_organisation", "owner_address", "owner_email", "owner_phone"],
  },
  invoice: { needed: ["id", "account", "amount", "currency", "due"], others: ["order", "issued", "paid"] },
} as const satisfies Record<ImportKind, { needed: readonly string[]; others: readonly string[] }>;

export const importKinds = ["account", "service", "invoice"] as const;

const everyColumn: ReadonlySet<string> = new Set(["type", ...importKinds.flatMap((kind) => [...columns[kind].needed, ...columns[kind].others])]);

/** What is wrong where names among these are no columns of ours. */
export function faultInNames(names: readonly string[]): string | undefined {
  const unknown = names.filter((name) => !everyColumn.has(name));
  return unknown.length > 0 ? `there is no column ${unknown.map((name) => `“${name}”`).join(", ")}; docs/import.md lists them` : undefined;
}

/** The kind of a line without `type`, by the columns that are there; undefined where they fit none or several. */
export function kindOfColumns(names: readonly string[]): ImportKind | undefined {
  const fitting = importKinds.filter((kind) => columns[kind].needed.every((column) => names.includes(column)));
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** A line of a file before it is checked: its cells by column, without the spaces around them; `type` also where the columns tell it. */
export type Cells = Readonly<Record<string, string>>;

/** Something to read from a file: a line with its number (from 1), or what is wrong there. */
export type Line = { line: number; cells: Cells } | { line: number; fault: string };
