// How fast it is, beside what the machine can do and beside others: `npm run bench`; docs/benchmarks.md explains it.
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { measureImport } from "./measure-import.ts";
import { measureOutbox } from "./measure-outbox.ts";
import { measurePostgres } from "./measure-postgres.ts";
import { measureSlowDisk } from "./measure-slow-disk.ts";
import { measureSqlite, type Run } from "./measure-sqlite.ts";
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

try {
  if (options.engines.includes("sqlite")) {
    const { prepared, site, data } = await measureSqlite(run);
    await measureStart(run, data);
    await measureOutbox(run, prepared, site);
    await measureImport(run);
    await measureSlowDisk(run, prepared, site);
  }
  if (options.engines.includes("postgres")) await measurePostgres(run);
  measurePackages(run);
  printFacts(run);
  printTargets(run, !options.quick);
} finally {
  await remove();
}
