import assert from "node:assert/strict";
import { test } from "node:test";
import { progressLines } from "../../src/cli/show-progress.ts";

test("a command whose output is a file says every five seconds how far it is, and nothing where it takes less", () => {
  const lines: string[] = [];
  let time = 0;
  const progress = progressLines({ doing: "Copying", total: 104_059, unit: "rows", now: () => time, write: (line) => lines.push(line) });
  for (let second = 0; second < 12; second++) {
    progress.add(8_000);
    time += 1_000;
  }
  progress.end();
  assert.deepEqual(lines, ["Copying: 46 %, 48,000 of 104,059 rows\n", "Copying: 84 %, 88,000 of 104,059 rows\n"]);
});
