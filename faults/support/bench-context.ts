import { randomBytes } from "node:crypto";
import { pino } from "pino";
import type { Secrets } from "../../src/auth/secrets.ts";
import type { Context } from "../../src/context.ts";
import type { Store } from "../../src/storage/store.ts";
import { usualSettings } from "../../test/support/world.ts";
import { benchSecrets } from "./furnish.ts";

/** What actions need, on the database of nodes that a bench starts: with their secrets. */
export function benchContext(store: Store, secrets: Secrets = benchSecrets): Context {
  return {
    store,
    settings: usualSettings,
    secrets,
    log: pino({ level: "silent" }),
    clock: Date.now,
    random: randomBytes,
    lettersWaiting: () => {},
  };
}
