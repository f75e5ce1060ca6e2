import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { databaseOf } from "./command-database.ts";

export const binary = join(import.meta.dirname, "../../bin/handover");

export type Ended = { code: number | null; signal: NodeJS.Signals | null; out: string; err: string };

/** The real command in a process of its own, on the database that its data folder was given (command-database.ts). */
export class Run {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  out = "";
  err = "";

  constructor(args: readonly string[], environment: NodeJS.ProcessEnv, command = binary) {
    const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HANDOVER_|PORT$|HOST$)/.test(name)));
    const database = databaseOf(environment["HANDOVER_DATA"]);
    this.process = spawn(command, args, { env: { ...inherited, ...database, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
    this.process.stdout?.on("data", (chunk: Buffer) => (this.out += chunk.toString()));
    this.process.stderr?.on("data", (chunk: Buffer) => (this.err += chunk.toString()));
    this.ended = once(this.process, "close").then(([code, signal]: (number | NodeJS.Signals | null)[]) => {
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, out: this.out, err: this.err };
    });
  }

  /** Waits until the output holds this; gives what it holds. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.out + this.err);
      if (found) return found;
      if (this.process.exitCode !== null || this.process.signalCode !== null) throw new Error(`it ended without saying ${pattern}: ${this.out}${this.err}`);
      await sleep(10);
    }
  }

  async stop(signal: NodeJS.Signals = "SIGINT"): Promise<Ended> {
    this.process.kill(signal);
    return this.ended;
  }
}

export const secret = "a secret that only the tests know";

/** Runs a command of the operator on the data of a folder to its end. */
export function handover(folder: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Run(args, { HANDOVER_DATA: folder, HANDOVER_SECRET: secret, ...environment }).ended;
}

/** A demonstration on a free port, with its address once it answers. */
export async function startDemo(folder: string, environment: NodeJS.ProcessEnv = {}): Promise<Run & { url: string }> {
  const run = new Run(["demo"], { HANDOVER_DATA: folder, PORT: "0", ...environment });
  const [, url = ""] = await run.says(/is running: +(\S+)/);
  return Object.assign(run, { url: url.replace("localhost", "127.0.0.1") });
}
