import type { Copied } from "../storage/copy.ts";
import type { RowFaults } from "../storage/copy-refused.ts";

const number = (count: number): string => count.toLocaleString("en");

/** Without what a terminal would obey: keys may come from anybody. */
const printable = (text: string): string => text.replace(/\p{C}/gu, "\uFFFD");

/** Rows of each table, and what to do next. `took`: ms. */
export function tellCopied({ rows, resumed }: Copied, took: number): string {
  const names = [...rows.keys()].toSorted();
  const [wide, long] = [Math.max(...names.map((name) => name.length)), Math.max(...[...rows.values()].map((count) => number(count).length))];
  const lines = names.map((name) => `  ${name.padEnd(wide)}  ${number(rows.get(name) ?? 0).padStart(long)}`);
  const total = [...rows.values()].reduce((sum, count) => sum + count, 0);
  const earlier = resumed > 0 ? `; ${number(resumed)} of them stood there already` : "";
  return [
    ...lines,
    `Copied ${number(total)} rows in ${(took / 1000).toFixed(1)} s${earlier}. Every value was compared: both sides are the same.`,
    "Next: set HANDOVER_DATABASE_URL for the server and every command, and start. HANDOVER_SECRET stays; the SQLite file counts no more.",
  ].join("\n");
}

/** Rows with something wrong, the first by table and key. */
export function tellRows(found: string, what: string, { first, count }: RowFaults, advice: string): string {
  const lines = first.map((fault) => printable(`${fault.table} ${fault.key.join(", ")}: ${fault.what}`));
  const more = count > first.length ? [`… and ${number(count - first.length)} more`] : [];
  return [`${found} ${number(count)} ${what}${count === 1 ? "" : "s"}`, ...lines, ...more, advice].join("\n");
}
