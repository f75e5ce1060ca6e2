import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";

/** What one process does. `seed`: of its first world, the next have the next; `ms`: at most. */
export type Task = { seed: number; steps: number; ms: number };

/** What was played in a world; `fault`: the shrunk sequence that did not hold. */
export type Played = { seed: number; steps: number; sequences: number; fault?: string };

/** Plays in a process of its own until `enough`; `told` hears of each world. `environment`: the engine and its database. */
export async function playModel(task: Task, environment: NodeJS.ProcessEnv, enough: AbortSignal, told: (played: Played) => void): Promise<void> {
  const worker = spawn(process.execPath, [join(import.meta.dirname, "worker.ts"), JSON.stringify(task)], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    signal: enough,
    killSignal: "SIGKILL",
  });
  const ended = once(worker, "exit");
  const complaint = text(worker.stderr);
  for await (const line of createInterface({ input: worker.stdout })) told(JSON.parse(line) as Played);
  const [code, signal] = (await ended) as [number | null, string | null];
  if (code !== 0) throw new Error(`the model ended with ${code ?? signal}: ${JSON.stringify(task)}\n${await complaint}`);
}
