// Runs one part, in a process of its own that main.ts starts: what a part leaves open, or a server of its that spins, keeps no other from running.
import { rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { temporaryFolder } from "../test/support/temporary-folder.ts";
import { watchResources } from "./open-resources.ts";
import type { Bench, Finding, Part } from "./part.ts";
import { parts } from "./parts.ts";
import { seededRandom } from "./support/seeded-random.ts";

/** What a part is told; `name`: of the part. */
export type Order = Pick<Bench, "seed" | "count" | "short" | "longest"> & { name: string };
/** What it tells: what it found, and how long it took. */
export type Report = { finding: Finding; seconds: number };

// Whoever is interrupted leaves nothing behind: what was started ends at the exit.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
process.once("disconnect", () => process.exit(130));
process.once("message", (order: Order) => void run(order));

async function run(order: Order): Promise<void> {
  const part = parts.find(({ name }) => name === order.name);
  if (!part) throw new Error(`there is no part ${order.name}`);
  const report = await tryOut(part, order);
  process.send?.(report, () => endSoon());
}

/** A part that breaks off is a fault like any other. */
async function tryOut(part: Part, order: Order): Promise<Report> {
  const { folder, remove } = await temporaryFolder();
  const tidyUp = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", tidyUp);
  await chmod(folder, 0o700);
  const say = (text: string): void => void process.stderr.write(`${part.name}: ${text}\n`);
  say(`${part.about} (${order.count} times)`);
  const began = performance.now();
  const leftOpen = watchResources();
  try {
    const finding = await part.run({ ...order, folder, random: seededRandom(order.seed, part.name), say }).catch(brokenOff);
    const seconds = (performance.now() - began) / 1000;
    const left = await leftOpen();
    if (left.length > 0) say(`left open: ${left.join(", ")}`);
    return { finding, seconds };
  } finally {
    await remove();
    process.off("exit", tidyUp);
  }
}

function brokenOff(error: unknown): Finding {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { tried: "broken off", faults: [text], measured: "" };
}

/** What has told its report ends, whatever is left open. */
function endSoon(): void {
  process.removeAllListeners("disconnect");
  process.disconnect?.();
  setTimeout(() => {
    console.error(`still open at the end, and cut off: ${process.getActiveResourcesInfo().join(", ")}`);
    process.exit();
  }, 5000).unref();
}
