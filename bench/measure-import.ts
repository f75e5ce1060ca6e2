import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { benchSecret } from "./bench-keys.ts";
import { residentMemory } from "./machine.ts";
import type { Run } from "./run.ts";

const root = join(import.meta.dirname, "..");

/** `handover import` of accounts and their services into an empty database, from its start to its end. */
export async function measureImport(run: Run): Promise<void> {
  if (!run.wants("import")) return;
  const services = Math.min(run.options.rows, run.options.quick ? 20_000 : 200_000);
  const file = join(run.folder, "import.csv");
  await pipeline(Readable.from(linesOf(services)), createWriteStream(file));
  await command(run, ["migrate"]);
  const began = performance.now();
  const most = await command(run, ["import", file]);
  run.facts.set("imported services a second", services / ((performance.now() - began) / 1000));
  run.facts.set("memory of the import (MB)", most);
}

/** Runs it to its end; gives the most memory that it held (MB). */
async function command(run: Run, words: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ["src/start.js", ...words], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    env: { PATH: process.env["PATH"], HANDOVER_DATA: join(run.folder, "imported"), HANDOVER_SECRET: benchSecret },
  });
  const ended = once(child, "exit");
  const most = await watchMemory(child.pid ?? 0, () => child.exitCode !== null || child.signalCode !== null);
  const [code] = (await ended) as [number];
  if (code !== 0) throw new Error(`handover ${words.join(" ")} ended with ${code}`);
  return most;
}

async function watchMemory(pid: number, isOver: () => boolean): Promise<number> {
  let most = 0;
  while (!isOver()) {
    try {
      most = Math.max(most, residentMemory(pid));
    } catch {
      // It has just ended.
    }
    await sleep(50);
  }
  return most;
}

function* linesOf(services: number): Generator<string> {
  const handle = (n: number): string => `ab${100_000 + Math.floor(n / 10)}-ovh`;
  yield "type,handle,name,email,verified,product,admin,tech,billing,created,expires\n";
  for (let n = 0; n < services; n += 10) yield `account,${handle(n)},Person ${n},person${n}@example.com,yes,,,,,,\n`;
  for (let n = 0; n < services; n++) {
    const [own, other] = [handle(n), handle((n + 10) % services)];
    yield `service,,${(n * 7919) % 1_000_003}-service-${n}.example.net,,,domain,${own},${other},${own},2025-01-15,2097-01-15\n`;
  }
}
