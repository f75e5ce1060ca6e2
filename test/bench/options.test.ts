import assert from "node:assert/strict";
import { test } from "node:test";
import { complaint } from "../../bench/option-values.ts";
import { readOptions } from "../../bench/options.ts";

const refusal = (...args: string[]): string => {
  try {
    readOptions(args);
  } catch (error) {
    return complaint(error);
  }
  return "";
};

test("the bench refuses what is no option, or has no such value, before it measures anything", () => {
  const wrong: [string, RegExp][] = [
    ["--only=lst", /--only knows no “lst”, but list, /],
    ["--rows=abc", /--rows takes a whole number from 10000 on, not “abc”/],
    ["--rows=1e6", /--rows .* not “1e6”/],
    ["--rounds=0", /--rounds takes a whole number from 1 on/],
    ["--seconds=-1", /--seconds takes a whole number from 1 on/],
    ["--clients=", /--clients takes a whole number from 1 on/],
    ["--engine=mysql", /--engine knows no “mysql”, but sqlite, postgres/],
    ["--growth=50000", /--growth takes two sizes or more/],
    ["--growth=5,50000", /--growth takes a whole number from 10000 on, not “5”/],
    ["--peers=strapi", /--peers knows no “strapi”, but directus/],
    ["--sauce", /^Unknown option '--sauce'; the options stand in docs\/benchmarks\.md/],
    ["--seconds", /^Option '--seconds <value>' argument missing; the options stand/],
  ];
  for (const [given, said] of wrong) assert.match(refusal(given), said, given);
});

test("a quick run of the bench installs nobody, and needs PostgreSQL only where it is asked for it", () => {
  const { peers, engines, growth } = readOptions(["--quick"]);
  assert.deepEqual({ peers, engines, growth }, { peers: [], engines: ["sqlite"], growth: [] });
  assert.deepEqual(readOptions(["--quick", "--only", "postgres"]).engines, ["postgres"]);
});

test("sizes of sites are held against each other from the smallest on", () => {
  assert.deepEqual(readOptions(["--growth", "1000000,10000"]).growth, [10_000, 1_000_000]);
});
