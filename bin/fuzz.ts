// Calls the API in process, as often as one likes: `npm run fuzz -- --calls 1000000`; a round that failed again: `--seed N --calls M`.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { fuzzApi } from "../test/support/fuzz-api.ts";

const { values } = parseArgs({ options: { calls: { type: "string", default: "1000000" }, seed: { type: "string" } } });
const seed = Number(values.seed ?? randomInt(2 ** 30));
const began = performance.now();
console.log(`seed ${seed}`);
let line = 0;
const { calls, statuses, succeeded } = await fuzzApi({
  calls: Number(values.calls),
  seed,
  told: (report) => {
    if (report.calls < line) return;
    line += 10_000;
    console.log(`${report.calls} calls, ${((performance.now() - began) / 1000).toFixed(0)} s`, JSON.stringify(report.statuses));
  },
});
console.log(`${calls} calls without a fault`, JSON.stringify(statuses), `${succeeded.size} operations succeeded`);
