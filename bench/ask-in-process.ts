import { benchContext } from "../faults/support/bench-context.ts";
import { openSqlite } from "../src/storage/sqlite.ts";
import { siteSecrets } from "./bench-keys.ts";
import { type Askable, askAll } from "./furnish.ts";

/** Asks for a change of each of these services, in a database that nobody else has open: their letters wait. */
export async function askInProcess(file: string, services: readonly Askable[]): Promise<void> {
  const store = await openSqlite({ file, clock: Date.now });
  try {
    await store.migrate();
    await askAll(benchContext(store, siteSecrets), services);
  } finally {
    await store.close();
  }
}
