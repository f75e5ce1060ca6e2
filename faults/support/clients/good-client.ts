import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "../api-client.ts";
import { percentile } from "../figures.ts";
import type { Player } from "../furnish.ts";

/** How a good client fared: ms of its calls, and what went wrong. */
export type Fared = { p50: number; p99: number; calls: number; faults: string[] };

/** Signs calls and looks at pages, one after the other, until `meanwhile` is over; each on a connection of its own. */
export async function serveGoodClient(url: string, player: Player, meanwhile: Promise<unknown>): Promise<Fared> {
  const api = new ApiClient(url, { patience: 30_000 });
  const times: number[] = [];
  const faults: string[] = [];
  let over = false;
  void meanwhile.finally(() => (over = true)).catch(() => {});
  for (let n = 0; !over; n++) {
    const began = performance.now();
    const asked = n % 2 === 0 ? api.call(player, { method: "GET", path: "/me" }).then((answer) => answer.status) : pageStatus(`${url}/sign-in`);
    const status = await asked.catch((error: unknown) => String(error));
    if (status !== 200) faults.push(`a good client got ${status} after ${Math.round(performance.now() - began)} ms`);
    times.push(performance.now() - began);
    await sleep(10);
  }
  await meanwhile;
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99), calls: times.length, faults };
}

async function pageStatus(url: string): Promise<number> {
  const answer = await fetch(url, { headers: { Connection: "close" }, signal: AbortSignal.timeout(30_000) });
  await answer.arrayBuffer();
  return answer.status;
}
