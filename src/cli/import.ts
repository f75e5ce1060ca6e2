import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { findPosition } from "../actions/import/import-batch.ts";
import type { Context } from "../context.ts";
import { Failure, Misuse } from "./failures.ts";
import { checkFile } from "./import/check-file.ts";
import { importKinds } from "./import/columns.ts";
import { isKnownForm } from "./import/read-lines.ts";
import { tellChecked, tellFaults, tellStopped, tellWritten } from "./import/report.ts";
import { type Position, Staging } from "./import/staging.ts";
import { writeFile } from "./import/write-file.ts";
import { showProgress } from "./show-progress.ts";
import type { Wiring } from "./wiring.ts";
import { operator, withContext } from "./with-context.ts";

type Options = { dryRun?: true; update?: true; contacts?: true };

export function addImport(program: Command, wiring: Wiring): void {
  program
    .command("import")
    .description("Take accounts, services and invoices from a file; all of it is checked before anything is written")
    .argument("<file>", "a .csv, .ndjson or .jsonl file; docs/import.md has the columns")
    .option("--dry-run", "check only, and say what would be done")
    .option("--update", "change what exists already, but no contacts")
    .option("--contacts", "change contacts too; open requests on these roles end")
    .addHelpText("after", example)
    .action((file: string, options: Options) => withContext(wiring, (context) => importFile(context, resolve(file), options)));
}

const example = `
It may run beside the server. An import that was cut off goes on where it stopped when the same file is imported again.

  handover import --dry-run shop.csv
  handover import shop.csv
`;

async function importFile(context: Context, file: string, options: Options): Promise<void> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new Misuse(`There is no file ${file}.`);
  if (found.isDirectory()) throw new Misuse(`${file} is a folder. Name a file.`);
  if (!isKnownForm(file))
    throw new Misuse(`${file} must end in .csv, .ndjson or .jsonl: what a file holds is known by its name. NDJSON is one JSON object a line.`);
  const { size } = found;
  const wanted = { update: options.update === true || options.contacts === true, contacts: options.contacts === true };
  const id = `${await hashOf(file)}${wanted.update ? "+update" : ""}${wanted.contacts ? "+contacts" : ""}`;
  const after = JSON.parse((await findPosition(context, id)) ?? "null") as Position | null;
  const staging = new Staging();
  try {
    const checking = showProgress("Checking", size, "bytes");
    const checked = await checkFile(context, file, staging, { ...wanted, after: after ?? undefined, bytes: checking.add }).finally(checking.end);
    const faults = staging.faults(100);
    if (faults.count > 0) throw new Failure(tellFaults(file, faults));
    console.log(tellChecked(staging, checked));
    if (options.dryRun) console.log("Nothing was written: --dry-run.");
    else await write(context, staging, { ...wanted, id, after: after ?? undefined });
  } finally {
    staging.close();
  }
}

/** Ctrl-C ends it after the batch that is being written; a second one at once. */
async function write(context: Context, staging: Staging, run: { id: string; after: Position | undefined; update: boolean; contacts: boolean }): Promise<void> {
  const began = performance.now();
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once("SIGINT", stop);
  const total = importKinds.reduce((sum, kind) => sum + staging.count(kind), 0);
  const done = staging.countUntil(run.after);
  const writing = showProgress("Writing", total, "lines");
  writing.add(done);
  try {
    const sums = await writeFile(context, operator, staging, { ...run, wrote: writing.add, stopped: () => stopping.signal.aborted }).finally(writing.end);
    if (stopping.signal.aborted) throw new Failure(tellStopped(sums, done, total));
    console.log(tellWritten(sums, done, performance.now() - began));
  } finally {
    process.off("SIGINT", stop);
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest("hex");
}
