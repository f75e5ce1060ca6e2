import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";

/** MB of memory that a process and its children hold (Linux). */
export function residentMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  const own = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  return children.reduce((sum, child) => sum + residentMemory(Number(child)), own);
}

type Ticks = { idle: number; all: number };

/** What the machine did since a moment: the share of its time that nobody used, and how many wait to run. */
export function watchMachine(): () => { idle: number; load: number } {
  const before = ticks();
  return () => {
    const after = ticks();
    return { idle: (after.idle - before.idle) / Math.max(1, after.all - before.all), load: loadavg()[0] ?? 0 };
  };
}

function ticks(): Ticks {
  const fields = (/^cpu +(.*)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1] ?? "").split(" ").map(Number);
  return { idle: (fields[3] ?? 0) + (fields[4] ?? 0), all: fields.slice(0, 8).reduce((sum, field) => sum + field, 0) };
}

/** In words, for the head of the tables. */
export function describeMachine(): string {
  const memory = Number(/MemTotal:\s+(\d+)/.exec(readFileSync("/proc/meminfo", "utf8"))?.[1] ?? 0) / 1024 ** 2;
  return `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "?"}), ${memory.toFixed(0)} GB, Node ${process.versions.node}`;
}
