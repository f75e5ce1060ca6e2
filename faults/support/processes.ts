import { readdirSync, readFileSync } from "node:fs";

export type Process = { pid: number; parent: number; command: string };

/** What runs on this machine now (Linux). */
export function processes(): Process[] {
  return readdirSync("/proc").flatMap((name) => (/^[0-9]+$/.test(name) ? readProcess(Number(name)) : []));
}

/** Those whose command line names a file below `place`, and all their children: a server of PostgreSQL and its backends, for example. */
export function processesOf(place: string): Process[] {
  const all = processes();
  const found = all.filter(({ pid, command }) => pid !== process.pid && command.includes(`${place}/`));
  for (const one of found) found.push(...all.filter(({ parent, pid }) => parent === one.pid && !found.some((known) => known.pid === pid)));
  return found;
}

/** Sends a signal to what may have ended meanwhile. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function readProcess(pid: number): Process[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold anything; what follows it is state and parent. A zombie is no process any more.
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? [] : [{ pid, parent: Number(parent), command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ") }];
  } catch {
    // It has ended while the list was read.
    return [];
  }
}
