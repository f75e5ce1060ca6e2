import { setTimeout as sleep } from "node:timers/promises";
import { isBusy } from "./sqlite-errors.ts";

/** ms: how long the lock of another process is waited for. */
export const usualPatience = 10_000;

/** ms: shorter than an import rests (cli/import/write-file.ts). */
const longestPause = 5;

/**
 * Tries again by timer while another process (a backup, an import) holds the lock: SQLite's own waiting would block the event loop.
 * `patience`: ms, after which the last error is thrown.
 */
export async function whenUnlocked<T>(attempt: () => T, patience: number): Promise<T> {
  const deadline = performance.now() + patience;
  for (let pause = 1; ; pause = Math.min(pause * 2, longestPause)) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error;
    }
    await sleep(pause);
  }
}
