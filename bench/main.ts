// How fast it is, beside what the machine can do and beside others: `npm run bench`; docs/benchmarks.md explains it.
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { measureGrowth } from "./measure-growth.ts";
import { measureImport } from "./measure-import.ts";
import { measureOutbox } from "./measure-outbox.ts";
import { measurePostgres } from "./measure-postgres.ts";
import { measureSlowDisk } from "./measure-slow-disk.ts";
import { measureSqlite, prepareSqlite, type Run } from "./measure-sqlite.ts";
import { measurePackages, measureStart } from "./measure-start.ts";
import { readOptions } from "./options.ts";
import { printFacts, printTargets } from "./print-tables.ts";

const options = readOptions();
const { folder, remove } = await temporaryFolder();
const run: Run = {
  options,
  folder,
  measured: [],
  facts: new Map(),
  wants: (key) => options.only.length === 0 || options.only.some((one) => key === one || key.startsWith(`${one}-`)),
};

/** What fails is told, and the others are measured all the same. */
async function attempt(measure: () => unknown): Promise<void> {
  try {
    await measure();
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}

try {
  if (options.engines.includes("sqlite")) {
    const sqlite = await prepareSqlite(run);
    await attempt(() => measureSqlite(run, sqlite));
    await attempt(() => measureStart(run, sqlite));
    await attempt(() => measureOutbox(run, sqlite));
    await attempt(() => measureImport(run));
    await attempt(() => measureSlowDisk(run, sqlite));
    await attempt(() => measureGrowth(run));
  }
  if (options.engines.includes("postgres")) await attempt(() => measurePostgres(run));
  await attempt(() => measurePackages(run));
  printFacts(run);
  printTargets(run, !options.quick);
} finally {
  await remove();
}
