import { isDay } from "../../domain/dates.ts";
import { parseHandle } from "../../domain/handle.ts";
import type { Cells } from "./columns.ts";
import { quote } from "./quote.ts";

/** Tells a fault of a column. */
export type Found = (column: string, message: string) => void;

/*
 * Cells of one form each. Undefined: the file has no such column. An empty cell is what `empty` says.
 */

/** A handle in lower case. */
export function handleCell(cells: Cells, column: string, found: Found): string {
  const typed = cells[column] ?? "";
  const handle = parseHandle(typed);
  if (handle === undefined) found(column, `${quote(typed)} is not a handle such as ab123456-ovh`);
  return handle ?? "";
}

/** A day, null where the cell is empty. */
export function dayCell(cells: Cells, column: string, found: Found): string | null | undefined {
  const typed = cells[column];
  if (typed === undefined) return undefined;
  if (typed === "") return null;
  if (!isDay(typed)) found(column, `${quote(typed)} is not a day of the calendar (YYYY-MM-DD)`);
  return typed;
}

/** One of some words. */
export function wordCell<Word extends string>(cells: Cells, column: string, words: readonly Word[], empty: Word, found: Found): Word | undefined {
  const typed = cells[column]?.toLowerCase();
  if (typed === undefined) return undefined;
  const word = typed === "" ? empty : words.find((one) => one === typed);
  if (word === undefined) found(column, `${quote(typed)} is none of ${words.join(", ")}`);
  return word ?? empty;
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ...["yes", "true", "1"].map((word) => [word, true] as const),
  ...["no", "false", "0", ""].map((word) => [word, false] as const),
]);

/** Yes or no; empty is no. */
export function flagCell(cells: Cells, column: string, found: Found): boolean | undefined {
  const typed = cells[column];
  if (typed === undefined) return undefined;
  const flag = truths.get(typed.toLowerCase());
  if (flag === undefined) found(column, `${quote(typed)} is neither yes nor no`);
  return flag ?? false;
}

/** A text of at most `most` characters on one line. */
export function textCell(cells: Cells, column: string, most: number, found: Found): string | undefined {
  const typed = cells[column];
  if (typed !== undefined && typed.length > most) found(column, `is longer than ${most} characters`);
  if (typed !== undefined && /\p{C}/u.test(typed)) found(column, "holds a line break or another character that cannot be printed");
  return typed;
}

/** The entries that are there: a record says nothing of columns that the file does not have. */
export function present<T extends object>(entries: { [Key in keyof T]: T[Key] | undefined }): Partial<T> {
  const there: Partial<T> = {};
  for (const key in entries) if (entries[key] !== undefined) there[key] = entries[key];
  return there;
}
