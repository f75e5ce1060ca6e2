import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "../api-client.ts";
import { percentile } from "../figures.ts";
import type { Player } from "../furnish.ts";

/** How a good client fared: ms of its calls, and what went wrong. */
export type Fared = { p50: number; p99: number; calls: number; faults: string[] };

type Order = { url: string; player: Player };

/** Lets a good client call until `meanwhile` is over; in a process of its own, so that it does not wait for the bad ones of this. */
export async function serveGoodClient(url: string, player: Player, meanwhile: Promise<unknown>): Promise<Fared> {
  const child = fork(import.meta.filename, { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  const gone = once(child, "exit");
  const fared = new Promise<Fared>((resolve, reject) => child.once("message", (message) => resolve(message as Fared)).once("exit", reject));
  child.send({ url, player } satisfies Order);
  try {
    await meanwhile.finally(() => child.send("over"));
    return await fared;
  } finally {
    child.kill("SIGKILL");
    await gone;
  }
}

/** Signs calls and looks at pages, one after the other, each on a connection of its own. */
async function callUntilOver({ url, player }: Order): Promise<Fared> {
  const api = new ApiClient(url, { patience: 30_000 });
  const times: number[] = [];
  const faults: string[] = [];
  const over = new AbortController();
  process.once("message", () => over.abort());
  for (let n = 0; !over.signal.aborted; n++) {
    const began = performance.now();
    const asked = n % 2 === 0 ? api.call(player, { method: "GET", path: "/me" }).then((answer) => answer.status) : pageStatus(`${url}/sign-in`);
    const status = await asked.catch((error: unknown) => String(error));
    if (status !== 200) faults.push(`a good client got ${status} after ${Math.round(performance.now() - began)} ms`);
    times.push(performance.now() - began);
    await sleep(10);
  }
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), calls: times.length, faults };
}

async function pageStatus(url: string): Promise<number> {
  const answer = await fetch(url, { headers: { Connection: "close" }, signal: AbortSignal.timeout(30_000) });
  await answer.arrayBuffer();
  return answer.status;
}

if (process.send && import.meta.main) process.once("message", (order) => void callUntilOver(order as Order).then((fared) => process.send?.(fared)));
