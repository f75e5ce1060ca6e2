import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { StoreUnavailable } from "../storage/store.ts";
import { databaseTrouble, unknownTrouble } from "./database-trouble.ts";

/** ms: after a power cut nodes and database start together, and the database has its log to read. */
const usualPatience = 60_000;
const pause = 1_000;

type Waiting = { url: string | undefined; log: Logger; patience?: number };

/**
 * Begins with a database that may be starting itself, or be on its way to another machine: tries again for a minute, and says so. What waiting
 * does not mend is thrown at once; what it has not mended by then is told to who reads the log alone.
 */
export async function whenDatabaseIsThere<T>(begin: () => Promise<T>, { url, log, patience = usualPatience }: Waiting): Promise<T> {
  const until = performance.now() + patience;
  for (;;) {
    try {
      return await begin();
    } catch (error) {
      if (url === undefined) throw error;
      const trouble = databaseTrouble(error, url);
      const passes = trouble ? trouble.passing : error instanceof StoreUnavailable;
      if (!passes) throw error;
      const reason = trouble?.text ?? unknownTrouble(error, url);
      if (performance.now() > until) {
        log.fatal({ reason }, "the database does not answer; the start is given up");
        throw error;
      }
      log.warn({ reason }, "waiting for the database");
    }
    await sleep(pause);
  }
}
