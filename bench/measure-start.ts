import { readdirSync, readFileSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { copyDatabase } from "./copy-database.ts";
import { residentMemory } from "./machine.ts";
import { median } from "./median.ts";
import type { Prepared } from "./prepare-site.ts";
import type { Run } from "./run.ts";
import { startServer } from "./start-server.ts";

const root = join(import.meta.dirname, "..");

/** From the start of the process to its first answer, and the memory that it holds some seconds later, when its pages are loaded too and nobody has asked it anything. */
export async function measureStart(run: Run, { prepared }: Prepared): Promise<void> {
  if (!run.wants("start")) return;
  const data = await copyDatabase(prepared, join(run.folder, "start"));
  const [starts, memories]: number[][] = [[], []];
  // The first one after a change of the code compiles it.
  for (let time = 0; time <= (run.options.quick ? 2 : 5); time++) {
    const server = await startServer({ data });
    await sleep(4000);
    if (time > 0) starts?.push(server.started / 1000);
    if (time > 0) memories?.push(residentMemory(server.pid));
    await server.stop();
  }
  await rm(data, { recursive: true });
  run.facts.set("start to first answer (s)", median(starts ?? []));
  run.facts.set("memory idle (MB)", median(memories ?? []));
}

/** What `npm ci --omit=dev` brings, but for Node itself. */
export function measurePackages(run: Run): void {
  if (!run.wants("packages")) return;
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { packages: Record<string, { dev?: boolean; optional?: boolean }> };
  const needed = Object.entries(lock.packages).filter(([name, { dev, optional }]) => name !== "" && !dev && !optional);
  run.facts.set("production packages", needed.length);
  run.facts.set("production packages (MB)", needed.reduce((sum, [name]) => sum + sizeOf(join(root, name)), 0) / 1e6);
}

function sizeOf(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // Packages within a package are on the list themselves.
    if (entry.isDirectory() && entry.name !== "node_modules") bytes += sizeOf(path);
    else if (entry.isFile()) bytes += statSync(path).size;
  }
  return bytes;
}
