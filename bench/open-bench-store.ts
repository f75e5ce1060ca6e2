import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { secretsFrom } from "../src/auth/secrets.ts";
import type { Context } from "../src/context.ts";
import { openSqlite } from "../src/storage/sqlite.ts";
import type { Store } from "../src/storage/store.ts";
import { usualSettings } from "../test/support/world.ts";
import { benchSecret } from "./bench-keys.ts";
import { type Askable, askAll } from "./furnish.ts";

/** What actions need, on a site of the bench. */
export function benchContext(store: Store): Context {
  const log = pino({ level: "silent" });
  return { store, settings: usualSettings, secrets: secretsFrom([benchSecret]), log, clock: Date.now, random: randomBytes, lettersWaiting: () => {} };
}

/** Lets changes be asked for in process, in a database that nobody else has open. */
export async function openBenchStore(file: string, work: (ask: (services: readonly Askable[]) => Promise<unknown>) => Promise<unknown>): Promise<void> {
  const store = await openSqlite({ file, clock: Date.now });
  try {
    await store.migrate();
    await work((services) => askAll(benchContext(store), services));
  } finally {
    await store.close();
  }
}
