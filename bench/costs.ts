// What each operation costs a node and its database: `node bench/costs.ts [--rows 1000000] [--engine sqlite|postgres]`. Prints the tables of docs/scale.md.
import { parseArgs } from "node:util";
import { type Cost, costOf } from "./cost-of.ts";
import { openSite, type Site, type SiteEngine } from "./site.ts";

const { values } = parseArgs({
  options: { rows: { type: "string", default: "10000,100000,1000000" }, engine: { type: "string", default: "sqlite,postgres" } },
});

const changes = 1000;
const count = (n: number): string => Math.round(n).toLocaleString("en");

for (const engine of values.engine.split(",") as SiteEngine[]) {
  for (const rows of values.rows.split(",").map(Number)) {
    const site = await openSite(engine, rows);
    try {
      await measure(site);
    } finally {
      await site.close();
    }
  }
}

async function measure(site: Site): Promise<void> {
  const size = await site.size();
  console.log(`\n### ${site.engine}, ${count(site.rows)} services\n`);
  console.log("| operation | of the node (ms) | of the database (ms) | questions to it | written ahead (bytes) |\n|---|---|---|---|---|");
  for (const { name, times, run } of site.operations) {
    for (let round = 0; round < Math.max(3, times / 10); round++) await run();
    console.log(rowOf(name, await costOf(site, times, run)));
  }
  console.log(`\n${count(site.rows)} services take ${count(size / 1e6)} MB, ${count(size / site.rows)} bytes each; filled at ${count(site.filled)}/s`);
  console.log(`A change from asking to done leaves ${count(await leftBehind(site))} bytes.`);
}

/** Bytes by which the database grows with each change, over a thousand of them. */
async function leftBehind(site: Site): Promise<number> {
  const before = await site.size();
  for (let change = 0; change < changes; change++) {
    for (const { run } of site.operations.slice(-2)) await run();
  }
  return ((await site.size()) - before) / changes;
}

function rowOf(name: string, { node, database, trips, written }: Cost): string {
  return `| ${[name, node.toFixed(2), database?.toFixed(2) ?? "–", trips?.toFixed(0) ?? "–", count(written)].join(" | ")} |`;
}
