import { homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

/** What `npm run bench` was asked for. */
export type Options = {
  readonly quick: boolean;
  /** Services of the site. */
  readonly rows: number;
  /** Sizes of sites that are held against each other; fewer than two: none are. */
  readonly growth: readonly number[];
  /** Names of measurements; empty: all. */
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

export function readOptions(): Options {
  const { values } = parseArgs({
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
  const only = values.only.split(",").filter(Boolean);
  return {
    quick,
    rows: Number(values.rows ?? (quick ? 20_000 : 200_000)),
    growth: (values.growth ?? (quick ? "" : "10000,1000000")).split(",").filter(Boolean).map(Number),
    only,
    engines: values.engine?.split(",") ?? enginesFor(quick, only),
    peers: (values.peers ?? (quick ? "" : "directus")).split(",").filter(Boolean),
    rounds: Number(values.rounds ?? (quick ? 1 : 3)),
    seconds: Number(values.seconds ?? (quick ? 1 : 10)),
    clients: Number(values.clients),
    cache: values.cache,
    profile: values.profile,
  };
}

const onPostgres = ["postgres", "three-nodes"];

/** A quick run leaves PostgreSQL out, unless it is asked for what is measured there alone. */
function enginesFor(quick: boolean, only: readonly string[]): readonly string[] {
  const there = only.filter((one) => onPostgres.includes(one));
  if (there.length > 0 && there.length === only.length) return ["postgres"];
  return quick && there.length === 0 ? ["sqlite"] : ["sqlite", "postgres"];
}
