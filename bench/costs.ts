// What each operation costs a node and its database: `node bench/costs.ts [--rows 1000000] [--engine sqlite|postgres]`. Prints the tables of docs/scale.md.
import { parseArgs } from "node:util";
import { type Cost, costOf } from "./cost-of.ts";
import { openSite, type Site, type SiteEngine } from "./site.ts";

const { values } = parseArgs({
  options: { rows: { type: "string", default: "10000,100000,1000000" }, engine: { type: "string", default: "sqlite,postgres" } },
});

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
  console.log(`\n### ${site.engine}, ${site.rows.toLocaleString("en")} services\n`);
  console.log("| operation | of the node (ms) | of the database (ms) | written ahead (bytes) |\n|---|---|---|---|");
  for (const { name, times, run } of site.operations) {
    for (let round = 0; round < Math.max(3, times / 10); round++) await run();
    console.log(rowOf(name, await costOf(site, times, run)));
  }
  console.log(`\n${await site.sizes()}`);
}

function rowOf(name: string, cost: Cost): string {
  const figures = [cost.node, cost.database].map((ms) => (ms === undefined ? "in the node's" : ms.toFixed(2)));
  return `| ${[name, ...figures, Math.round(cost.written).toLocaleString("en")].join(" | ")} |`;
}
