import type { ImportKind } from "../../actions/import/import-batch.ts";
import type { ImportOptions } from "../../actions/import/records.ts";
import type { Context } from "../../context.ts";
import { checkBatch, type StagedLine } from "./check-batch.ts";
import { type Checked, checkLine, type Fault } from "./check-line.ts";
import type { Products } from "./check-service.ts";
import type { Line } from "./columns.ts";
import { readLines } from "./read-lines.ts";
import type { Position, Staging } from "./staging.ts";

/** What a check found: how many of each kind exist already. */
export type CheckedFile = { existing: Record<ImportKind, number> };

/**
 * Checks a whole file, line by line, against itself and against the database, and stages what is right; faults are staged too. Writes
 * nothing. `after`: where an earlier import of the same file was cut off; what it has written may exist.
 */
export async function checkFile(
  context: Context,
  file: string,
  staging: Staging,
  options: ImportOptions & { after: Position | undefined; bytes: (count: number) => void },
): Promise<CheckedFile> {
  const byPath = new Map(context.settings.products.map((product) => [product.path, product]));
  const products = { byPath, paths: [...byPath.keys()] };
  const checked: CheckedFile = { existing: { account: 0, service: 0, invoice: 0 } };
  const notUtf8 = (line: number): void => staging.fault(line, "", "is not UTF-8: save the file as “CSV UTF-8”");
  for await (const lines of readLines(file, { bytes: options.bytes, notUtf8 })) {
    const right = lines.flatMap((read) => checkAlone(read, products, staging));
    await checkBatch(context, staging, right, options, checked);
  }
  staging.settle();
  return checked;
}

/** A line that is right by itself, or nothing: its faults are staged. */
function checkAlone(read: Line, products: Products, staging: Staging): StagedLine | [] {
  const found: Checked | Fault[] = "fault" in read ? [{ message: read.fault }] : checkLine(read.cells, products);
  if (!Array.isArray(found)) return { line: read.line, ...found };
  for (const { column = "", message } of found) staging.fault(read.line, column, message);
  return [];
}
