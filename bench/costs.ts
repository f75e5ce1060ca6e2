// What each operation costs a node and its database: `node bench/costs.ts [--rows 1000000] [--engine sqlite|postgres]`. Prints the tables of docs/scale.md.
import { parseArgs } from "node:util";
import { type Cost, costOf } from "./cost-of.ts";
import { type Engine, type FilledDatabase, openFilledDatabase } from "./filled-database.ts";

const { values } = parseArgs({
  options: { rows: { type: "string", default: "10000,100000,1000000" }, engine: { type: "string", default: "sqlite,postgres" } },
});

const changes = 1000;
const count = (n: number): string => Math.round(n).toLocaleString("en");

for (const engine of values.engine.split(",") as Engine[]) {
  for (const rows of values.rows.split(",").map(Number)) {
    const database = await openFilledDatabase(engine, rows);
    try {
      await measure(database);
    } finally {
      await database.close();
    }
  }
}

async function measure(database: FilledDatabase): Promise<void> {
  const size = await database.size();
  console.log(`\n### ${database.engine}, ${count(database.rows)} services\n`);
  console.log("| operation | of the node (ms) | of the database (ms) | questions to it | written ahead (bytes) |\n|---|---|---|---|---|");
  for (const { name, times, run } of database.operations) {
    for (let round = 0; round < Math.max(3, times / 10); round++) await run();
    console.log(rowOf(name, await costOf(database, times, run)));
  }
  console.log(
    `\n${count(database.rows)} services take ${count(size / 1e6)} MB, ${count(size / database.rows)} bytes each; filled at ${count(database.filled)}/s`,
  );
  console.log(`A change from asking to done leaves ${count(await leftBehind(database))} bytes.`);
}

/** Bytes by which the database grows with each change, over a thousand of them. */
async function leftBehind(database: FilledDatabase): Promise<number> {
  const before = await database.size();
  for (let change = 0; change < changes; change++) {
    for (const { run } of database.operations.slice(-2)) await run();
  }
  return ((await database.size()) - before) / changes;
}

function rowOf(name: string, { node, database, trips, written }: Cost): string {
  return `| ${[name, node.toFixed(2), database?.toFixed(2) ?? "–", trips?.toFixed(0) ?? "–", count(written)].join(" | ")} |`;
}
