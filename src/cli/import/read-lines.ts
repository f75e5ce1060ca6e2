import { open } from "node:fs/promises";
import type { Line } from "./columns.ts";
import type { Reading } from "./read-bytes.ts";
import { readCsv } from "./read-csv.ts";
import { readNdjson } from "./read-ndjson.ts";

/** The lines of a `.csv` or `.ndjson` file, many at once; whatever is wrong with it is told as lines too. */
export async function* readLines(file: string, reading: Reading): AsyncGenerator<Line[]> {
  const { beginning, fault } = await peek(file);
  if (fault !== undefined) yield [{ line: 1, fault }];
  else yield* isNdjson(file) ? readNdjson(file, reading) : readCsv(file, beginning, reading);
}

/** Whether a file's name says that it holds JSON, an object a line. */
export function isNdjson(file: string): boolean {
  return /\.(ndjson|jsonl)$/i.test(file);
}

/** Whether the form of a file is known by its name. */
export function isKnownForm(file: string): boolean {
  return isNdjson(file) || /\.csv$/i.test(file);
}

/** The beginning of a file, and what is wrong with it as a whole. */
async function peek(file: string): Promise<{ beginning: string; fault?: string }> {
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16 * 1024), 0, 16 * 1024, 0);
    const bytes = buffer.subarray(0, bytesRead);
    const beginning = bytes.toString("utf8").replace(/^\uFEFF/, "");
    if (bytesRead === 0) return { beginning, fault: "the file is empty" };
    // A byte of zero stands in every ASCII letter of UTF-16, and in no text of UTF-8.
    return bytes.includes(0) ? { beginning, fault: "the file is not UTF-8 but UTF-16, or no text at all: save it as “CSV UTF-8”" } : { beginning };
  } finally {
    await handle.close();
  }
}
