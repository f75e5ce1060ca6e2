import type { SQLOutputValue } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { RowFaults, UnfitRows } from "./copy-refused.ts";
import type { CopySource } from "./copy-source.ts";
import type { CopyTable } from "./copy-tables.ts";

/** Rows after which the event loop has its turn, for the progress that is shown. */
const turn = 5_000;

/** Reads everything once before a row is written. Throws UnfitRows. */
export async function checkSource(source: CopySource, tables: readonly CopyTable[], read: (rows: number) => void): Promise<void> {
  const faults = new RowFaults();
  for (const table of tables) {
    const strange = new Set<string>();
    let rows = 0;
    for (const values of source.values(table)) {
      for (const [place, { name }] of table.columns.entries()) {
        const value = values[place] ?? null;
        const what = faultOf(table, place, value);
        if (what) faults.add({ table: table.name, key: table.key.map((at) => String(values[at])), what: `${name} ${what}` });
        else if (typeof value === "string" && value.includes(replacement)) strange.add(name);
      }
      if (++rows % turn > 0) continue;
      read(turn);
      await nextTurn();
    }
    read(rows % turn);
    for (const name of strange) {
      for (const key of source.broken(table, name)) faults.add({ table: table.name, key, what: `${name} holds bytes that are not UTF-8` });
    }
  }
  if (faults.count > 0) throw new UnfitRows(faults);
}

/** Stands where SQLite has handed out bytes that are no text, and else where somebody has written it. */
const replacement = "\uFFFD";

/** SQLite keeps any value in any column, PostgreSQL only what belongs there. */
function faultOf(table: CopyTable, place: number, value: SQLOutputValue): string | undefined {
  if (value === null) return table.key.includes(place) ? "is empty, though rows are known by it" : undefined;
  const type = table.columns[place]?.type;
  if (type === "text") return typeof value !== "string" ? "is not a text" : value.includes("\0") ? "holds a NUL character" : undefined;
  if (typeof value !== "bigint") return "is not a whole number";
  return type === "integer" && BigInt.asIntN(32, value) !== value ? "is too large a number" : undefined;
}
