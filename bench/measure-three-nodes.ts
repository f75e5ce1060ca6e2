import { generateLoad, type Seen } from "./generate-load.ts";
import { median } from "./median.ts";
import type { Site } from "./prepare-site.ts";
import type { Run } from "./run.ts";
import { type RunningServer, startServer } from "./start-server.ts";
import { readingTrials } from "./trials.ts";

/** The same load for one node and for three: 30 clients that think for 100 ms before each request. */
const [clients, pause] = [30, 100];

/** How long an answer takes where three nodes share the load, against one that has it alone; nothing may fail. */
export async function measureThreeNodes(run: Run, { url, site }: { url: string; site: Site }): Promise<void> {
  if (!run.wants("three-nodes")) return;
  const nodes: RunningServer[] = [];
  try {
    for (let node = 0; node < 3; node++) nodes.push(await startServer({ data: run.folder, database: url, settings: { HANDOVER_DATABASE_CONNECTIONS: "16" } }));
    for (const key of ["list", "requests", "check"]) {
      const [one, three]: [number[], number[]] = [[], []];
      for (let round = 0; round < run.options.rounds; round++) {
        one.push(median((await loadOn(run, key, nodes.slice(0, 1), site)).map((seen) => seen.p50)));
        three.push(median((await loadOn(run, key, nodes, site)).map((seen) => seen.p50)));
      }
      run.facts.set(`one node, ${key}: p50 (ms)`, median(one)).set(`three nodes, ${key}: p50 (ms)`, median(three));
      run.facts.set(`three nodes, ${key}: × the time of one`, median(three) / median(one));
    }
  } finally {
    for (const node of nodes) await node.stop();
  }
}

async function loadOn(run: Run, key: string, nodes: readonly RunningServer[], site: Site): Promise<Seen[]> {
  const loads = nodes.map(async (ours) => {
    const trials = await readingTrials({ ours, peers: [] }, site, clients, (one) => one === key);
    const requests = trials.find((one) => one.key === key)?.contenders[0]?.requests(0) ?? [];
    return generateLoad(run.folder, {
      url: ours.url,
      requests,
      once: false,
      clients: clients / nodes.length,
      seconds: Math.min(5, run.options.seconds),
      pause,
    });
  });
  const seen = await Promise.all(loads);
  const failed = seen.reduce((sum, one) => sum + one.refused + one.broken, 0);
  if (failed > 0) throw new Error(`${nodes.length} nodes, ${key}: ${failed} failed`);
  return seen;
}
