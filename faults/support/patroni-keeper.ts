// Ends what is left of a cluster: `node patroni-keeper.ts <its folder>` waits for the end of its input, which is a pipe from whoever started the cluster.
// However that one ends, by Ctrl-C or SIGKILL, the pipe ends with it.
import { execFileSync } from "node:child_process";
import { globSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { processesOf, signal } from "./processes.ts";

const [place = ""] = process.argv.slice(2);
if (!place.includes("handover-patroni-")) throw new Error("which cluster?");

process.on("SIGINT", () => {}).on("SIGTERM", () => {});
for await (const _ of process.stdin);
await end();

/** First what would start the others again. PostgreSQL gets the chance to give its shared memory back. */
async function end(): Promise<void> {
  const servers = processesOf(place).filter(({ command }) => isPostmaster(command));
  for (const { pid, command } of processesOf(place)) if (!/postgres/.test(command)) signal(pid, "SIGKILL");
  for (const { pid } of servers) signal(pid, "SIGQUIT");
  const until = Date.now() + 10_000;
  while (left().length > 0 && Date.now() < until) await sleep(50);
  for (const { pid } of left()) signal(pid, "SIGKILL");
  for (const file of globSync(`${place}/*/data/postmaster.pid`)) forgetMemory(file);
  rmSync(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function left() {
  return processesOf(place).filter(({ pid, parent }) => pid !== process.pid && parent !== process.pid);
}

function isPostmaster(command: string): boolean {
  return /^\S*\/postgres -D/.test(command);
}

/** The segment of a server that was killed and never started again; its number is the second word of the seventh line. */
function forgetMemory(file: string): void {
  const id = readFileSync(file, "utf8").split("\n")[6]?.trim().split(/\s+/)[1];
  try {
    if (id) execFileSync("ipcrm", ["-m", id], { stdio: "ignore" });
  } catch {
    // It was given back.
  }
}
