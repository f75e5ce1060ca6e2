// How fast it is, beside what the machine can do and beside others: `npm run bench`; docs/benchmarks.md explains it. Progress and errors go to stderr, the report to stdout.
import { rmSync } from "node:fs";
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { measureGrowth } from "./measure-growth.ts";
import { measureImport } from "./measure-import.ts";
import { measureOutbox } from "./measure-outbox.ts";
import { measurePostgres } from "./measure-postgres.ts";
import { measureSlowDisk } from "./measure-slow-disk.ts";
import { measureSqlite } from "./measure-sqlite.ts";
import { measurePackages, measureStart } from "./measure-start.ts";
import { overHttp } from "./measurements.ts";
import { missingPrograms, pgbench } from "./missing-programs.ts";
import { complaint } from "./option-values.ts";
import { readOptions } from "./options.ts";
import { type Prepared, prepareSite } from "./prepare-site.ts";
import { beginNow, originOf, reportOf } from "./report.ts";
import { type Run, startRun } from "./run.ts";

/** Of so many services a change waits for its answers, but for no more than a run needs. */
const [waiting, mostWaiting] = [0.075, 15_000];

const began = beginNow();
const run = await prepareRun();
if (run) await measureAll(run);

/** What is wrong with the call or with the machine is said in a line, before anything is measured. */
async function prepareRun(): Promise<Run | undefined> {
  try {
    const options = readOptions();
    const onPostgres = options.engines.includes("postgres");
    const missing = process.platform === "linux" ? missingPrograms(["wrk", "strace", ...(onPostgres ? [pgbench()] : [])]) : ["Linux"];
    if (missing.length > 0) throw new Error(`this needs ${missing.join(" and ")}; on Debian 'sh bin/setup bench' installs what is missing`);
    const { folder } = await temporaryFolder();
    // Copies of a large site are large, and whoever interrupts a run does not look for them.
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
    return startRun(options, folder);
  } catch (error) {
    console.error(`bench: ${complaint(error)}`);
    process.exitCode = 2;
    return undefined;
  }
}

async function measureAll(wanted: Run): Promise<void> {
  const { engines, quick } = wanted.options;
  if (engines.includes("sqlite")) await attempt(() => measureOnSqlite(wanted));
  if (engines.includes("postgres")) await attempt(() => measurePostgres(wanted));
  await attempt(() => measurePackages(wanted));
  console.log(reportOf(wanted, originOf(process.argv.slice(2), began), !quick));
  console.error("how to read this: docs/benchmarks.md");
}

async function measureOnSqlite(wanted: Run): Promise<void> {
  if ([...overHttp, "start", "outbox", "slow-disk"].some(wanted.wants)) {
    const site = await prepareSqlite(wanted);
    for (const measure of [measureSqlite, measureStart, measureOutbox, measureSlowDisk]) await attempt(() => measure(wanted, site));
  }
  await attempt(() => measureImport(wanted));
  await attempt(() => measureGrowth(wanted));
}

function prepareSqlite({ options: { cache, rows } }: Run): Promise<Prepared> {
  return prepareSite(cache, rows, Math.min(Math.round(rows * waiting), mostWaiting));
}

/** What fails is told, and the others are measured all the same. */
async function attempt(measure: () => unknown): Promise<void> {
  try {
    await measure();
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
}
