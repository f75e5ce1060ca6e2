import { setTimeout as sleep } from "node:timers/promises";

/** Waits for work that is under way, but at most so long (ms): then it goes on alone. */
export async function noLongerThan(patience: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const late = sleep(patience, undefined, { signal: over.signal }).catch(() => {});
  try {
    await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}
