import assert from "node:assert/strict";
import { test } from "node:test";
import { reportOf } from "../../bench/report.ts";
import type { Found } from "../../bench/run.ts";

const figures = { name: "handover", rate: 3000, p50: 8, p99: 30, processor: 0.3, memory: 200, refused: 0, broken: 0 };

/** As after a run that listed services and started servers. */
const found: Found = {
  tables: [
    {
      title: "SQLite",
      measured: [
        { name: "list", key: "list", figures: [figures, { ...figures, name: "ceiling", rate: 4000, broken: 2 }], swing: 0.25, again: 2, idle: 0.1, load: 1.5 },
      ],
    },
    { title: "Nothing was measured here", measured: [] },
  ],
  facts: new Map([
    ["memory idle (MB)", 120],
    ["memory of the import (MB)", 300],
  ]),
};

test("the report of the bench says first what was to be reached, then the figures, and nothing twice", () => {
  assert.equal(
    reportOf(found, "measured here", true),
    `measured here

### What was to be reached

2 of 3 hold.

| target | wanted | found | holds |
|---|---|---|---|
| list of 1,000: × ceiling | ≥ 0.75 | 0.75 | yes |
| list of 1,000: p99 (ms) | ≤ 25 | 30.0 | **no** |
| memory idle (MB) | ≤ 150 | 120 | yes |

### SQLite

| operation | who | answers/s | the first is × | p50 (ms) | p99 (ms) | processor (ms each) | memory (MB) | machine |
|---|---|---|---|---|---|---|---|---|
| list | handover | 3,000 | 1 | 8.00 | 30.0 | 0.30 | 200 | ~±25 %, idle 10 %, load 1.50, 2 again |
|  | ceiling (2 failed) | 4,000 | 0.75 | 8.00 | 30.0 | 0.30 | 200 |  |

### Besides

| what | found |
|---|---|
| memory of the import (MB) | 300 |`,
  );
});

test("a quick run judges nothing, and says so", () => {
  const report = reportOf(found, "measured here", false);
  assert.match(report, /^\| memory idle \(MB\) \| ≤ 150 \| 120 \|$/m);
  assert.match(report, /^Nothing is judged: /m);
  assert.doesNotMatch(report, /hold|yes|\*\*no/);
});
