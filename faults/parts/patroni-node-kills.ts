import { setTimeout as sleep } from "node:timers/promises";
import type { Part } from "../part.ts";
import { surviveFailovers } from "../support/failovers.ts";

/** ms until a machine that died is back: long after another took its place. */
const away = 30_000;

export const patroniNodeKills: Part = {
  name: "patroni-node-kills",
  about:
    "SIGKILL of all processes of the primary's machine in a Patroni cluster, with three nodes of ours under load; it comes back as a replica (left out of the short form)",
  whole: 10,
  short: 0,
  run: (bench) =>
    surviveFailovers(bench, { database: 25_000, node: 5000 }, async (cluster, primary) => {
      await cluster.killNode(primary);
      void sleep(away).then(() => cluster.restart(primary));
    }),
};
