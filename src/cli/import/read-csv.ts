import { CsvError, type Info, parse } from "csv-parse";
import { faultInNames, kindOfColumns, type Line } from "./columns.ts";
import { type Reading, readBytes } from "./read-bytes.ts";

const longestRecord = 256 * 1024;

/**
 * The lines of a CSV file (RFC 4180; semicolons or tabs instead of commas are recognised) by the columns of its first line, many at once. A
 * record that spans several lines has the number of its first. After a broken quote nothing can be told apart: the reading ends there.
 */
export async function* readCsv(file: string, beginning: string, reading: Reading): AsyncGenerator<Line[]> {
  const table = new Table();
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(beginning),
    record_delimiter: "\n",
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRecord,
    // Taken here, none goes through the stream: that would take longer than parsing it.
    on_record: (record: string[], info) => table.add(record, info),
  });
  // Whoever writes or ends is told.
  parser.on("error", () => {});
  try {
    for await (const piece of readBytes(file, reading)) {
      await told((callback) => parser.write(piece, callback));
      yield table.take();
      if (table.isOver) return;
    }
    await told((callback) => parser.end(callback));
    yield table.take();
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    yield [...table.take(), table.faultOf(error)];
  } finally {
    parser.destroy();
  }
}

function told(step: (callback: (error?: Error | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    step((error) => (error ? reject(error) : resolve()));
  });
}

/** What has been read of a table: the records below its header as lines. The parser tells where a record ends. */
class Table {
  /** Nobody knows what the cells below are. */
  isOver = false;
  #header: readonly string[] | undefined;
  #kind: string | undefined;
  #lines: Line[] = [];
  #end = 0;

  add(record: readonly string[], info: Info): null {
    this.#end = info.lines;
    const line = info.lines - record.reduce((breaks, cell) => breaks + (cell.includes("\n") ? cell.split("\n").length - 1 : 0), 0);
    if (this.#header) this.#lines.push(cellsOf(this.#header, this.#kind, line, record));
    else if (!this.isOver) this.#begin(record, line);
    return null;
  }

  #begin(record: readonly string[], line: number): void {
    const header = record.map((name) => name.trim().toLowerCase());
    const unknown = faultInNames(header);
    if (!header.includes("type")) this.#kind = kindOfColumns(header);
    const fault = faultInHeader(header, this.#kind);
    if (unknown ?? fault) this.#lines.push({ line, fault: unknown ?? fault ?? "" });
    // Of an unknown column alone the others are checked all the same.
    if (fault === undefined) this.#header = header;
    else this.isOver = true;
  }

  /** What has come since it was asked last. */
  take(): Line[] {
    return this.#lines.splice(0);
  }

  faultOf(error: CsvError): Line {
    const after = this.#end + 1;
    if (error.code === "CSV_QUOTE_NOT_CLOSED") return { line: after, fault: "a quote that begins in this record is never closed" };
    if (error.code === "CSV_MAX_RECORD_SIZE")
      return { line: after, fault: `this record is longer than ${longestRecord / 1024} KB: probably a quote is not closed` };
    const fault = "a quote stands in the wrong place: quotes enclose a whole cell, and are doubled within it; the lines from here on were not read";
    return { line: typeof error["lines"] === "number" ? error["lines"] : after, fault };
  }
}

function faultInHeader(header: readonly string[], kind: string | undefined): string | undefined {
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) return `the column ${twice} stands there twice`;
  if (!header.includes("type") && kind === undefined)
    return "the columns are not those of accounts, services or invoices; a file of several kinds needs a column type";
  return undefined;
}

function cellsOf(header: readonly string[], kind: string | undefined, line: number, record: readonly string[]): Line {
  if (record.length !== header.length) return { line, fault: `there are ${record.length} cells, but ${header.length} columns` };
  const cells: Record<string, string> = kind === undefined ? {} : { type: kind };
  for (let at = 0; at < header.length; at++) cells[header[at] ?? ""] = record[at]?.trim() ?? "";
  return { line, cells };
}

/** The sign between the cells: the one that stands most often in the first line. */
function delimiterOf(beginning: string): string {
  const first = beginning.split(/\r?\n/, 1)[0] ?? "";
  const counted = [",", ";", "\t"].map((sign) => ({ sign, count: first.split(sign).length }));
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).sign;
}
