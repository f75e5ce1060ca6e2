import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Finding, Part } from "../part.ts";
import { type Attack, attacks, sieges, type Target } from "../support/clients/attacks.ts";
import { type Fared, serveGoodClient } from "../support/clients/good-client.ts";
import { grouped } from "../support/figures.ts";
import { type Fleet, openDatabase, openFleet } from "../support/fleet.ts";
import { benchSecrets, furnish, type Player } from "../support/furnish.ts";

/** Clients that send too much, too slowly, nonsense, or never read, while a good one wants to be served. */
export const badClients: Part = {
  name: "bad-clients",
  about: "100 MB bodies, slow headers and bodies, 10,000 idle connections, JSON 10,000 deep, clients that never read, bad HTTP",
  whole: 10_000,
  short: 500,
  run,
};

/** MB that the server may have in memory at most. */
const mostMemory = 1024;

async function run(bench: Bench): Promise<Finding> {
  const database = { kind: "sqlite" } as const;
  const player = await prepare(bench.folder);
  // Nobody listens there: no letters are written here.
  const fleet = await openFleet({ folder: bench.folder, database, nodes: 1, smtpUrl: "smtp://127.0.0.1:9" });
  try {
    await fleet.start(0);
    const url = fleet.nodeUrl(0);
    const target: Target = { url, port: Number(new URL(url).port), player, count: bench.count, random: bench.random };
    return await tryAll(bench, fleet, target);
  } finally {
    await fleet.close();
  }
}

async function prepare(folder: string): Promise<Player> {
  const store = await openDatabase({ folder, database: { kind: "sqlite" } });
  try {
    await store.migrate();
    const { accounts } = await furnish(store, benchSecrets, { services: 3, accounts: 3 });
    const [player] = accounts;
    if (!player) throw new Error("there is nobody");
    return player;
  } finally {
    await store.close();
  }
}

async function tryAll(bench: Bench, fleet: Fleet, target: Target): Promise<Finding> {
  const memory = watchMemory(fleet.pid(0));
  const faults: string[] = [];
  const told: string[] = [];
  await serveGoodClient(target.url, target.player, sleep(2000));
  const calm = await serveGoodClient(target.url, target.player, sleep(bench.short ? 3000 : 15_000));
  const rested = memory.most();
  const around = async (name: string, attack: Promise<string[]>): Promise<void> => {
    const fared: Fared = await serveGoodClient(target.url, target.player, attack);
    const text = `${name}: p99 ${(fared.p99 / calm.p99).toFixed(1)} times`;
    bench.say(`${text}, ${fared.calls} calls, ${memory.most()} MB`);
    told.push(text);
    faults.push(...[...(await attack), ...fared.faults].slice(0, 5).map((fault) => `${name}: ${fault}`));
  };
  const atLeast = bench.short ? 1500 : 20_000;
  for (const attack of attacks) await around(attack.name, keepAttacking(attack, target, atLeast));
  await around("all sieges at once", besieged(bench, target));
  const most = memory.stop();
  if (!fleet.isRunning(0)) faults.push("the server has ended");
  if (most > mostMemory) faults.push(`the server had ${most} MB in memory`);
  return {
    tried: `${attacks.length + besiegers(bench).length} kinds of bad clients, ${grouped(target.count)} idle connections`,
    faults,
    measured: `memory at most ${most} MB (${rested} MB before); a good client's p99 ${calm.p99.toFixed(0)} ms without them, with ${told.join(", ")}`,
  };
}

/** Again and again for so many ms, so that good clients meet it. */
async function keepAttacking(attack: Attack, target: Target, atLeast: number): Promise<string[]> {
  const until = performance.now() + atLeast;
  const faults: string[] = [];
  do faults.push(...(await attack.run(target)));
  while (performance.now() < until);
  return faults;
}

/** The short run leaves out what the server takes more than half a minute to end. */
const besiegers = (bench: Bench): readonly Attack[] =>
  sieges.filter((siege: Attack) => !bench.short || siege.name === "slow headers" || siege.name === "idle connections");

/** The slow ones together: each only waits. */
async function besieged(bench: Bench, target: Target): Promise<string[]> {
  const faults = await Promise.all(besiegers(bench).map(async (siege) => (await siege.run(target)).map((fault) => `${siege.name}: ${fault}`)));
  return faults.flat();
}

/** MB of a process, looked at five times a second. */
function watchMemory(pid: number): { most(): number; stop(): number } {
  let most = 0;
  const looks = setInterval(() => {
    readFile(`/proc/${pid}/status`, "utf8")
      .then((text) => (most = Math.max(most, Math.round(Number(/VmRSS:\s+([0-9]+)/.exec(text)?.[1] ?? 0) / 1024))))
      .catch(() => {});
  }, 200);
  return {
    most: () => most,
    stop: () => {
      clearInterval(looks);
      return most;
    },
  };
}
