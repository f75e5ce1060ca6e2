import { benchContext } from "../faults/support/bench-context.ts";
import { openSqlite } from "../src/storage/sqlite.ts";
import { siteSecrets } from "./bench-keys.ts";
import { type Askable, askAll } from "./furnish.ts";

/** Lets changes be asked for in process, in a database that nobody else has open. */
export async function openBenchStore(file: string, work: (ask: (services: readonly Askable[]) => Promise<unknown>) => Promise<unknown>): Promise<void> {
  const store = await openSqlite({ file, clock: Date.now });
  try {
    await store.migrate();
    await work((services) => askAll(benchContext(store, siteSecrets), services));
  } finally {
    await store.close();
  }
}
