import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { HttpRequest } from "./peers/peer.ts";

/** How a server is asked. `once`: each request is sent once, and the turn ends with the last; `pause`: ms before each request of each client. */
export type Load = { url: string; requests: readonly HttpRequest[]; once: boolean; clients: number; seconds: number; pause?: number };

/** What wrk has seen: times in ms; `refused`: answers above 399; `broken`: no answer at all. */
export type Seen = { requests: number; seconds: number; p50: number; p99: number; most: number; refused: number; broken: number };

const script = join(import.meta.dirname, "replay.lua");
let loads = 0;

/** Asks a server from a process of its own (wrk, one thread), over connections that are kept. */
export async function generateLoad(folder: string, load: Load): Promise<Seen> {
  const file = join(folder, `requests-${++loads}`);
  await writeFile(file, load.requests.map((request) => rawOf(load.url, request)).join(""));
  try {
    const limits = ["-t1", `-c${load.clients}`, `-d${Math.max(1, Math.round(load.seconds))}s`, "--timeout", "10s"];
    const child = spawn("wrk", [...limits, "-s", script, load.url, "--", file, load.once ? "once" : "again", String(load.pause ?? 0)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [said] = await Promise.all([text(child.stdout), once(child, "exit")]);
    const found = /^\{.*\}$/m.exec(said);
    if (!found) throw new Error(`wrk says: ${said}`);
    return JSON.parse(found[0]) as Seen;
  } finally {
    await rm(file, { force: true });
  }
}

/** As it goes over the line, with its length before it. */
function rawOf(url: string, { method, path, headers, body }: HttpRequest): string {
  const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  const lines = Object.entries({ Host: new URL(url).host, ...headers, ...length }).map(([name, value]) => `${name}: ${value}\r\n`);
  const raw = `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body ?? ""}`;
  return `${Buffer.byteLength(raw)}\n${raw}`;
}
