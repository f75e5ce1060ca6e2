import { setTimeout as sleep } from "node:timers/promises";
import { startPostgres } from "../../test/support/postgres-server.ts";
import type { Bench, Part } from "../part.ts";
import { grouped, seconds, spread } from "../support/figures.ts";
import { forgetLimits } from "../support/furnish.ts";
import { nodesUnderLoad, type Scene } from "../support/nodes-under-load.ts";
import { type Cut, cuts, startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { watch } from "../support/watch.ts";

/** What is done to the way between our nodes and the database. */
type Trouble = Cut | "reset" | "delay" | "swallow";

/** Each at least once in the first seven; then mostly what concerns a COMMIT, which is where something can be lost. */
const first: readonly Trouble[] = [...cuts, "reset", "delay", "swallow"];
const often: readonly Trouble[] = [...cuts, "before-commit", "at-commit", "at-commit", "after-commit", "after-commit", "reset", "delay"];

/** ms for which a node may write nothing when no answer ever comes to what it has asked: it waits 12 s, and asks what became of it. */
const silentFor = 30_000;
/** ms that connections which lead nowhere are left to be found out. */
const swallowed = 15_000;

export const brokenConnections: Part = {
  name: "broken-connections",
  about: "connections of three nodes to PostgreSQL are cut in queries and at COMMIT, reset, delayed by 50 to 500 ms a packet, and swallowed without an end",
  whole: 100,
  short: 7,
  run: async (bench) => {
    const server = await startPostgres(bench.folder);
    const proxy = await startTcpProxy(server.port, bench.random);
    try {
      const url = server.url("postgres");
      const nodeUrl = Object.assign(new URL(url), { port: String(proxy.port) }).href;
      const { gave, judged } = await nodesUnderLoad(bench, { url, nodeUrl }, (scene) => disturb(bench, proxy, scene));
      const longest = Math.max(0, ...gave.silences);
      const { acknowledged, moves, letters, duplicates } = judged.counted;
      return {
        tried: `${told(gave.done)}; ${grouped(acknowledged)} acknowledged writes, ${grouped(moves)} roles moved, ${grouped(letters)} letters`,
        zeros: judged.zeros,
        faults: [...judged.faults, ...(longest > silentFor ? [`a node wrote nothing for ${seconds(longest)}`] : []), ...missing(bench, gave.done)],
        measured: `each node writes again ${spread(gave.silences)}; ${grouped(duplicates)} letters twice with the same Message-ID`,
      };
    } finally {
      await proxy.close();
      await server.stop();
    }
  },
};

type Done = Map<Trouble, number>;

async function disturb(bench: Bench, proxy: TcpProxy, { nodes, store }: Scene): Promise<{ done: Done; silences: number[] }> {
  const watches = nodes.map((node) => watch(() => node.write()));
  const done: Done = new Map();
  try {
    for (let n = 0; n < bench.count; n++) {
      await sleep(bench.random() * 300);
      const trouble = first[n] ?? chosen(bench);
      if (await make(trouble, proxy)) done.set(trouble, (done.get(trouble) ?? 0) + 1);
      if (n % 50 === 49) await forgetLimits(store);
      if (n % 100 === 99) bench.say(`${n + 1} of ${bench.count}: ${told(done)}`);
    }
    await sleep(2000);
    return { done, silences: watches.flatMap((one) => one.gaps()) };
  } finally {
    await Promise.all(watches.map((one) => one.stop()));
  }
}

function chosen(bench: Bench): Trouble {
  return bench.random() < 0.01 ? "swallow" : (often[Math.floor(bench.random() * often.length)] ?? "reset");
}

/** Whether it came to pass. */
async function make(trouble: Trouble, proxy: TcpProxy): Promise<boolean> {
  if (trouble === "reset") proxy.reset();
  else if (trouble === "delay") await delayed(proxy);
  else if (trouble === "swallow") await swallow(proxy);
  else return cut(trouble, proxy);
  return true;
}

async function cut(where: Cut, proxy: TcpProxy): Promise<boolean> {
  const broken = proxy.cutNext(where).then(() => true);
  const happened = await Promise.race([broken, sleep(20_000, false)]);
  proxy.calm();
  return happened;
}

async function delayed(proxy: TcpProxy): Promise<void> {
  proxy.delay({ least: 50, most: 500 });
  await sleep(2000);
  proxy.delay(undefined);
}

async function swallow(proxy: TcpProxy): Promise<void> {
  proxy.swallow();
  await sleep(swallowed);
}

/** Where none of a kind came to pass, what was to be tried was not. */
function missing({ count }: Bench, done: Done): string[] {
  return first.slice(0, count).flatMap((trouble) => (done.has(trouble) ? [] : [`${trouble} never came about`]));
}

function told(done: Done): string {
  return [...done].map(([trouble, times]) => `${grouped(times)} × ${trouble}`).join(", ");
}
