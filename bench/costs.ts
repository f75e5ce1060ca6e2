// What each operation costs a node and its database: `node bench/costs.ts [--rows 10000,1000000] [--engine sqlite,postgres]`. Prints the tables of docs/scale.md.
import { parseArgs } from "node:util";
import { type Cost, costOf } from "./cost-of.ts";
import { type FilledDatabase, openFilledDatabase } from "./filled-database.ts";
import { complaint, numberOf, wordsOf } from "./option-values.ts";

const changes = 1000;
const count = (n: number): string => Math.round(n).toLocaleString("en");

const wanted = readOptions();
if (wanted) await measureAll(wanted);

type Wanted = { engines: FilledDatabase["engine"][]; sizes: number[] };

async function measureAll({ engines, sizes }: Wanted): Promise<void> {
  for (const engine of engines) {
    for (const rows of sizes) {
      const filled = await openFilledDatabase(engine, rows);
      await measure(filled).finally(() => filled.close());
    }
  }
}

/** What is wrong with the call is said in a line. */
function readOptions(): Wanted | undefined {
  try {
    return parseOptions();
  } catch (error) {
    console.error(`costs: ${complaint(error)}`);
    process.exitCode = 2;
    return undefined;
  }
}

function parseOptions(): Wanted {
  const { values } = parseArgs({
    options: { rows: { type: "string", default: "10000,1000000" }, engine: { type: "string", default: "sqlite,postgres" } },
  });
  // An account of 2,000 services is asked as many questions.
  return { engines: wordsOf("engine", values.engine, ["sqlite", "postgres"]), sizes: values.rows.split(",").map((size) => numberOf("rows", size, 10_000)) };
}

async function measure(filled: FilledDatabase): Promise<void> {
  const size = await filled.size();
  const server = filled.engine === "postgres";
  console.log(`\n### ${count(filled.rows)} services, filled at ${count(filled.filled)} a second\n`);
  if (server) console.log("| operation, PostgreSQL | node (ms) | database (ms) | questions to it | written ahead (bytes) |\n|---|---|---|---|---|");
  else console.log("| operation, SQLite | node (ms) | written (bytes) |\n|---|---|---|");
  for (const { name, times, run } of filled.operations) {
    for (let round = 0; round < Math.max(3, times / 10); round++) await run();
    console.log(`| ${[name, ...cellsOf(await costOf(filled, times, run))].join(" | ")} |`);
  }
  console.log(`\n| on the disk | ${server ? "PostgreSQL" : "SQLite"} |\n|---|---|`);
  console.log(`| a service with its contacts, its history and its share of an account | ${count(size / filled.rows)} bytes |`);
  console.log(`| a change from asking to done: request, approvals, four letters, log | ${count(await leftBehind(filled))} bytes |`);
}

/** Without what there is of a server only. */
function cellsOf({ node, database, trips, written }: Cost): string[] {
  const server = database === undefined || trips === undefined ? [] : [database.toFixed(2), trips.toFixed(0)];
  return [node.toFixed(2), ...server, count(written)];
}

/** Bytes by which the database grows with each change, over a thousand of them. */
async function leftBehind(filled: FilledDatabase): Promise<number> {
  const before = await filled.size();
  for (let change = 0; change < changes; change++) {
    for (const { run } of filled.operations.slice(-2)) await run();
  }
  return ((await filled.size()) - before) / changes;
}
