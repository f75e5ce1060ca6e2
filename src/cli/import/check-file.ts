import type { ImportKind } from "../../actions/import/import-batch.ts";
import type { ImportOptions } from "../../actions/import/records.ts";
import type { Context } from "../../context.ts";
import { checkBatch, type StagedLine } from "./check-batch.ts";
import { checkLine } from "./check-line.ts";
import { readLines } from "./read-lines.ts";
import type { Position, Staging } from "./staging.ts";

/** What a check found: lines, and how many of each kind exist already. */
export type CheckedFile = { lines: number; existing: Record<ImportKind, number> };

const batchSize = 1024;

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
  const checked: CheckedFile = { lines: 0, existing: { account: 0, service: 0, invoice: 0 } };
  const notUtf8 = (line: number): void => staging.fault(line, "", "is not UTF-8: save the file as “CSV UTF-8”");
  let batch: StagedLine[] = [];
  for await (const read of readLines(file, { bytes: options.bytes, notUtf8 })) {
    checked.lines++;
    if ("fault" in read) {
      staging.fault(read.line, "", read.fault);
      continue;
    }
    const found = checkLine(read.cells, products);
    if (!Array.isArray(found)) batch.push({ line: read.line, ...found });
    else for (const fault of found) staging.fault(read.line, fault.column ?? "", fault.message);
    if (batch.length < batchSize) continue;
    await checkBatch(context, staging, batch, options, checked);
    batch = [];
  }
  await checkBatch(context, staging, batch, options, checked);
  staging.settle();
  return checked;
}
