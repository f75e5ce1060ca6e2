import type { Found } from "./run.ts";
import type { Figures } from "./run-rounds.ts";

/** One line of what is to be reached. `value` is undefined where it was not measured in this run. */
export type Target = { what: string; limit: number; atLeast: boolean; value: (found: Found) => number | undefined };

function figures({ tables }: Found, key: string, name: RegExp): Figures | undefined {
  const measured = tables.flatMap((table) => table.measured).find((one) => one.key === key);
  return measured?.figures.find((one) => name.test(one.name));
}

const ours = /^handover$/;

function ratio(key: string, other: RegExp) {
  return (found: Found): number | undefined => {
    return quotient(figures(found, key, ours), figures(found, key, other));
  };
}

/** Undefined where one of the two was not measured, or has answered nothing at all. */
function quotient(mine: Figures | undefined, theirs: Figures | undefined): number | undefined {
  return mine && theirs && theirs.rate > 0 ? mine.rate / theirs.rate : undefined;
}

const least = (what: string, limit: number, value: Target["value"]): Target => ({ what, limit, atLeast: true, value });
const most = (what: string, limit: number, value: Target["value"]): Target => ({ what, limit, atLeast: false, value });
const p99 = (key: string) => (found: Found) => figures(found, key, ours)?.p99;
/** What was found under the same name. */
const fact = (name: string, than: typeof least, limit: number): Target => than(name, limit, (found) => found.facts.get(name));

const ceiling = /^ceiling$/;
const directus = /^Directus/;

/** What the project wants to hold in one run. */
export const targets: readonly Target[] = [
  ...(["list", "list-huge"] as const).flatMap((key) => {
    const of = key === "list" ? "1,000" : "100,000";
    return [
      least(`list of ${of}: × ceiling`, 0.75, ratio(key, ceiling)),
      least(`list of ${of}: × Directus`, 25, ratio(key, directus)),
      most(`list of ${of}: p99 (ms)`, 25, p99(key)),
    ];
  }),
  least("may this account: × ceiling", 0.6, ratio("check", ceiling)),
  most("a batch of 1,000 (ms)", 15, (found) => figures(found, "check-batch", ours)?.p50),
  ...(["ask", "accept"] as const).flatMap((key) => [
    least(`${key}: × ceiling`, 0.5, ratio(key, ceiling)),
    least(`${key}: × Directus's create`, 10, (found) => quotient(figures(found, key, ours), figures(found, "ask", directus))),
    most(`${key}: p99 (ms)`, 60, p99(key)),
  ]),
  least("my requests: × ceiling", 0.7, ratio("requests", ceiling)),
  least("My services as HTML: × the JSON list", 0.25, (found) => quotient(figures(found, "html", ours), figures(found, "list", ours))),
  most("My services as HTML: p99 (ms)", 50, p99("html")),
  most("search among 100,000: p99 (ms)", 40, p99("search")),
  most("search without a match: p99 (ms)", 40, p99("search-none")),
  ...["list", "check", "ask", "accept"].map((key) => fact(`growth, ${key}: time of the largest site × of the smallest`, most, 1.25)),
  fact("letters a second", least, 1000),
  fact("imported services a second", least, 20_000),
  fact("start to first answer (s)", most, 0.6),
  fact("memory idle (MB)", most, 150),
  fact("production packages (MB)", most, 60),
  fact("production packages", most, 80),
  fact("slow disk: 32 clients × one", least, 8),
  ...["list", "check", "requests", "ask"].map((key) => least(`PostgreSQL, ${key}: × pgbench`, 0.6, ratio(`postgres-${key}`, /^pgbench$/))),
  ...["list", "check", "requests"].map((key) => fact(`three nodes, ${key}: × the time of one`, most, 1.25)),
];
