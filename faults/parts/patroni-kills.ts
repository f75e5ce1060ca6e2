import type { Part } from "../part.ts";
import { surviveFailovers } from "../support/failovers.ts";

export const patroniKills: Part = {
  name: "patroni-kills",
  about: "SIGKILL of the primary's postmaster in a Patroni cluster, with three nodes of ours under load",
  whole: 20,
  short: 1,
  run: (bench) => surviveFailovers(bench, { database: 6000, node: 5000 }, (cluster, primary) => cluster.killPostmaster(primary)),
};
