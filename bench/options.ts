import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measurements, onPostgres } from "./measurements.ts";
import { numberOf, wordsOf } from "./option-values.ts";
import { peerNames } from "./start-peers.ts";

/** What `npm run bench` was asked for. */
export type Options = {
  readonly quick: boolean;
  /** Services of the site. */
  readonly rows: number;
  /** Sizes of sites that are held against each other, the smallest first; fewer than two: none are. */
  readonly growth: readonly number[];
  /** Names of measurements, with all that begin so; empty: all. */
  readonly only: readonly string[];
  readonly engines: readonly string[];
  /** Whom it is compared with; nobody in a quick run, since they have to be installed. */
  readonly peers: readonly string[];
  readonly rounds: number;
  /** Of one turn of one server. */
  readonly seconds: number;
  readonly clients: number;
  /** Where filled databases and installed peers stay from run to run. */
  readonly cache: string;
  /** A folder for profiles of the server under load; undefined: none are made. */
  readonly profile: string | undefined;
};

/** Below this a site has too little to ask and to accept for several rounds of 32 clients. */
const fewestRows = 10_000;

/** Refuses what is no such option, with one line that says what there is. */
export function readOptions(args: readonly string[] = process.argv.slice(2)): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      rows: { type: "string" },
      growth: { type: "string" },
      only: { type: "string", default: "" },
      engine: { type: "string" },
      peers: { type: "string" },
      rounds: { type: "string" },
      seconds: { type: "string" },
      clients: { type: "string", default: "32" },
      cache: { type: "string", default: process.env["HANDOVER_BENCH_CACHE"] ?? join(homedir(), ".cache/handover-bench") },
      profile: { type: "string" },
    },
  });
  const { quick } = values;
  const only = wordsOf("only", values.only, measurements);
  return {
    quick,
    rows: numberOf("rows", values.rows ?? (quick ? "20000" : "200000"), fewestRows),
    growth: sizesOf(values.growth ?? (quick ? "" : "10000,1000000")),
    only,
    engines: values.engine === undefined ? enginesFor(quick, only) : wordsOf("engine", values.engine, ["sqlite", "postgres"]),
    peers: wordsOf("peers", values.peers ?? (quick ? "" : "directus"), peerNames),
    rounds: numberOf("rounds", values.rounds ?? (quick ? "1" : "3"), 1),
    seconds: numberOf("seconds", values.seconds ?? (quick ? "1" : "10"), 1),
    clients: numberOf("clients", values.clients, 1),
    cache: values.cache,
    profile: values.profile,
  };
}

function sizesOf(given: string): number[] {
  const sizes = given.split(",").filter(Boolean);
  if (sizes.length === 1) throw new RangeError(`--growth takes two sizes or more, as 10000,1000000, not “${given}”`);
  return sizes.map((size) => numberOf("growth", size, fewestRows)).sort((one, other) => one - other);
}

/** A quick run leaves PostgreSQL out, unless it is asked for what is measured there alone. */
function enginesFor(quick: boolean, only: readonly string[]): readonly string[] {
  const there = only.filter((one) => onPostgres.includes(one));
  if (there.length > 0 && there.length === only.length) return ["postgres"];
  return quick && there.length === 0 ? ["sqlite"] : ["sqlite", "postgres"];
}
