import { readdirSync, readFileSync } from "node:fs";

const ticks = 100;

/** ms of processor time of a process and its children (Linux). */
export function processorTime(parent: number): number {
  const stats = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(statOf);
  const own = stats.filter((stat) => stat.parent === parent || stat.id === parent);
  return own.reduce((sum, stat) => sum + stat.time, 0);
}

function statOf(id: string): { id: number; parent: number; time: number } {
  try {
    const fields = readFileSync(`/proc/${id}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return { id: Number(id), parent: Number(fields[1]), time: ((Number(fields[11]) + Number(fields[12])) * 1000) / ticks };
  } catch {
    // It has ended meanwhile.
    return { id: 0, parent: 0, time: 0 };
  }
}
