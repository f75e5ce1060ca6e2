import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { startPostgres } from "../../test/support/postgres-server.ts";
import type { Bench, Part } from "../part.ts";
import { grouped, seconds, spread } from "../support/figures.ts";
import { forgetLimits } from "../support/furnish.ts";
import { nodesUnderLoad, type Scene } from "../support/nodes-under-load.ts";
import { watch } from "../support/watch.ts";

/** ms between two cuts. */
const pause = 2000;
/** ms for which a node may write nothing after a cut. */
const silentFor = 5000;

export const cutBackends: Part = {
  name: "cut-backends",
  about: "pg_terminate_backend of every connection of three nodes under load, every 2 s",
  whole: 150,
  short: 3,
  run: async (bench) => {
    const server = await startPostgres(bench.folder);
    try {
      const url = server.url("postgres");
      const { gave, judged } = await nodesUnderLoad(bench, { url }, (scene) => cutAgainAndAgain(bench, url, scene));
      const { cut, silences } = gave;
      const longest = Math.max(0, ...silences);
      const { acknowledged, moves, letters, duplicates } = judged.counted;
      return {
        tried: `${grouped(bench.count)} times, ${grouped(cut)} connections cut, ${grouped(acknowledged)} acknowledged writes, ${grouped(moves)} roles moved, ${grouped(letters)} letters`,
        zeros: judged.zeros,
        faults: [...judged.faults, ...(longest > silentFor ? [`a node wrote nothing for ${seconds(longest)}`] : [])],
        measured: `each node writes again ${spread(silences)}; ${grouped(duplicates)} letters twice with the same Message-ID`,
      };
    } finally {
      await server.stop();
    }
  },
};

async function cutAgainAndAgain(bench: Bench, url: string, { nodes, store }: Scene): Promise<{ cut: number; silences: number[] }> {
  const watches = nodes.map((node) => watch(() => node.write()));
  const knife = new pg.Client({ connectionString: url });
  await knife.connect();
  let cut = 0;
  try {
    for (let n = 1; n <= bench.count; n++) {
      await sleep(pause * (0.5 + bench.random()));
      const { rows } = await knife.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'handover'");
      cut += rows.length;
      if (n % 10 === 0) await forgetLimits(store);
      if (n % 30 === 0) bench.say(`${n} of ${bench.count}: ${cut} connections cut`);
    }
    await sleep(pause);
    return { cut, silences: watches.flatMap((one) => one.gaps()) };
  } finally {
    await knife.end();
    await Promise.all(watches.map((one) => one.stop()));
  }
}
