import { faultInNames, kindOfColumns, type Line } from "./columns.ts";
import { type Reading, readBytes } from "./read-bytes.ts";

/** The lines of a file that holds one JSON object a line, with the columns as its keys, many at once; `owner` may be an object of its own. */
export async function* readNdjson(file: string, reading: Reading): AsyncGenerator<Line[]> {
  let line = 0;
  for await (const piece of readBytes(file, reading)) {
    const lines: Line[] = [];
    // A piece ends with a line: what follows its last break is nothing.
    for (const text of piece.toString("utf8").replace(/\n$/, "").split("\n")) {
      line++;
      const json = line === 1 ? text.replace(/^\uFEFF/, "") : text;
      if (json.trim() !== "") lines.push(...readLine(json, line));
    }
    yield lines;
  }
}

/** What is wrong with its form, its cells, or both: of an unknown key alone the others are checked all the same. */
function readLine(text: string, line: number): Line[] {
  const read = parse(text);
  if (read === undefined) return [{ line, fault: "is not a JSON object" }];
  const cells: Record<string, string> = {};
  for (const [name, value] of entriesOf(read)) {
    const cell = cellOf(value);
    if (cell === undefined) return [{ line, fault: `${name} must be a text, a number, true, false or null` }];
    cells[name.toLowerCase()] = cell;
  }
  const names = Object.keys(cells);
  const unknown = faultInNames(names);
  const type = cells["type"] ?? kindOfColumns(names);
  const known: Line = type === undefined ? { line, fault: noKind } : { line, cells: { ...cells, type } };
  if (unknown === undefined) return [known];
  return "cells" in known ? [{ line, fault: unknown }, known] : [{ line, fault: unknown }];
}

const noKind = "the keys are not those of an account, a service or an invoice; give a type";

function parse(text: string): object | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null && !Array.isArray(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

function entriesOf(read: object): [string, unknown][] {
  return Object.entries(read).flatMap(([name, value]: [string, unknown]): [string, unknown][] => {
    if (name !== "owner" || typeof value !== "object" || value === null) return [[name, value]];
    return Object.entries(value).map(([part, text]: [string, unknown]) => [`owner_${part}`, text]);
  });
}

function cellOf(value: unknown): string | undefined {
  if (value === null) return "";
  if (typeof value === "string") return value.trim();
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
