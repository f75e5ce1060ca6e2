import { Readable } from "node:stream";
import { CsvError, type Info, parse } from "csv-parse";
import { type Cells, faultInNames, kindOfColumns, type Line } from "./columns.ts";
import { type Reading, readBytes } from "./read-bytes.ts";

const longestRecord = 256 * 1024;

/**
 * The lines of a CSV file (RFC 4180; semicolons or tabs instead of commas are recognised) by the columns of its first line. A
 * record that spans several lines has the number of its first. After a broken quote nothing can be told apart: the reading ends there.
 */
export async function* readCsv(file: string, beginning: string, reading: Reading): AsyncGenerator<Line> {
  const lines = new LineNumbers();
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(beginning),
    record_delimiter: "\n",
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRecord,
    // The number of its line goes with a record as one more cell.
    on_record: (record: string[], info) => [...record, String(lines.startOf(record, info))],
  });
  const bytes = Readable.from(readBytes(file, reading), { objectMode: false });
  bytes.on("error", (error) => parser.destroy(error));
  try {
    yield* withHeader(bytes.pipe(parser));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    yield lines.faultOf(error);
  } finally {
    bytes.destroy();
    parser.destroy();
  }
}

async function* withHeader(records: AsyncIterable<string[]>): AsyncGenerator<Line> {
  let header: string[] | undefined;
  for await (const numbered of records) {
    const record = numbered.slice(0, -1);
    const line = Number(numbered.at(-1));
    if (header) yield cellsOf(header, line, record);
    else {
      header = record.map((name) => name.trim().toLowerCase());
      const unknown = faultInNames(header);
      if (unknown !== undefined) yield { line, fault: unknown };
      const fault = faultInHeader(header);
      if (fault === undefined) continue;
      // Nobody knows what the cells below are. Of an unknown column alone the others are checked all the same.
      if (unknown === undefined) yield { line, fault };
      return;
    }
  }
}

function faultInHeader(header: readonly string[]): string | undefined {
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) return `the column ${twice} stands there twice`;
  if (!header.includes("type") && !kindOfColumns(header))
    return "the columns are not those of accounts, services or invoices; a file of several kinds needs a column type";
  return undefined;
}

function cellsOf(header: readonly string[], line: number, record: readonly string[]): Line {
  if (record.length !== header.length) return { line, fault: `there are ${record.length} cells, but ${header.length} columns` };
  const cells: Record<string, string> = {};
  for (const [index, name] of header.entries()) cells[name] = record[index]?.trim() ?? "";
  return { line, cells: cells satisfies Cells };
}

/** The sign between the cells: the one that stands most often in the first line. */
function delimiterOf(beginning: string): string {
  const first = beginning.split(/\r?\n/, 1)[0] ?? "";
  const counted = [",", ";", "\t"].map((sign) => ({ sign, count: first.split(sign).length }));
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).sign;
}

/** Where records begin; the parser tells where they end. */
class LineNumbers {
  #end = 0;

  startOf(record: readonly string[], info: Info): number {
    this.#end = info.lines;
    return info.lines - record.reduce((breaks, cell) => breaks + (cell.includes("\n") ? cell.split("\n").length - 1 : 0), 0);
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
