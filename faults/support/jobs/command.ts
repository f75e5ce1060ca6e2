import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "../../part.ts";
import { benchSecret } from "../furnish.ts";

const root = join(import.meta.dirname, "../../..");

export type Ended = { code: number | null; signal: NodeJS.Signals | null; said: string; took: number };

/** Runs a command of the operator on the data of a folder. */
export class Command {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;

  constructor(folder: string, args: readonly string[]) {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HANDOVER_|PORT$|HOST$)/.test(name)));
    const environment = { ...inherited, HANDOVER_DATA: folder, HANDOVER_SECRET: benchSecret };
    const began = performance.now();
    this.process = spawn(process.execPath, ["src/start.js", ...args], { cwd: root, env: environment, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [this.process.stdout, this.process.stderr]) stream?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    this.ended = once(this.process, "close").then(([code, signal]: (number | string | null)[]) => {
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, said, took: performance.now() - began };
    });
  }

  get isOver(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }
}

/** Runs it to its end, which must be a good one. Gives its time (ms). */
export async function succeed(folder: string, args: readonly string[]): Promise<number> {
  const { code, signal, said, took } = await new Command(folder, args).ended;
  if (code !== 0) throw new Error(`handover ${args.join(" ")} ended with ${code ?? signal}: ${said}`);
  return took;
}

/** A file that shows that the work itself has begun: its name, and how large it is then at least. */
export type Sign = { folder: string; name: RegExp; size?: number };

/**
 * Kills a process with SIGKILL at a moment of chance: anywhere in the time that it usually takes, or, every second time, from the first sign of its work
 * on. False: it was over before.
 */
export async function killSometime(
  { random }: Pick<Bench, "random">,
  command: Pick<Command, "process" | "isOver">,
  usual: number,
  sign: Sign,
): Promise<boolean> {
  const began = performance.now();
  if (random() < 0.5) await sleep(random() * usual);
  else {
    while (!isSeen(sign) && !command.isOver) await sleep(1);
    // The work is a part of the time only; what comes after it is of no interest.
    await sleep(random() * Math.max(10, usual - (performance.now() - began)) * 0.6);
  }
  if (command.isOver) return false;
  const gone = once(command.process, "exit");
  command.process.kill("SIGKILL");
  await gone;
  return true;
}

function isSeen({ folder, name, size = 1 }: Sign): boolean {
  try {
    return readdirSync(folder).some((file) => name.test(file) && statSync(join(folder, file)).size >= size);
  } catch {
    return false;
  }
}
