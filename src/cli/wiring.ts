import type { Logger } from "pino";
import type { Environment } from "../config/environment.ts";
import type { Settings } from "../config.ts";
import type { Context } from "../context.ts";
import type { RunningServer } from "../server.ts";

/** Somebody of the demonstration, shown on the sign-in page. */
export type DemoAccount = { name: string; handle: string; password: string; about: string };

export interface System {
  /** Ends timers and the outbox, within some seconds; what they cannot finish waits for the next start. */
  stop(): Promise<void>;
}

/** What commands are given by src/main.ts, the only place that wires parts together. */
export interface Wiring {
  readonly environment: Environment;
  /** What is written on standard error. */
  log(settings: Settings): Promise<Logger>;
  /**
   * Opens the database of these settings with all that actions need; with `file` the embedded one in this file, whatever they say. Whoever opens it
   * closes `context.store`.
   */
  open(settings: Settings, options?: { file: string; clock?: () => number }): Promise<Context>;
  /** Answers requests, delivers letters, and does what time brings about. */
  start(context: Context, server: RunningServer, demoAccounts?: () => Promise<DemoAccount[]>): Promise<System>;
}
