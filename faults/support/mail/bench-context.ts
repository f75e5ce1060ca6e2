import { randomBytes } from "node:crypto";
import { pino } from "pino";
import type { Context } from "../../../src/context.ts";
import type { Store } from "../../../src/storage/store.ts";
import { usualSettings } from "../../../test/support/world.ts";
import { benchSecrets } from "../furnish.ts";

/** For writing into the outbox of nodes that the bench starts: with their secret. */
export function benchContext(store: Store): Context {
  return {
    store,
    settings: usualSettings,
    secrets: benchSecrets,
    log: pino({ level: "silent" }),
    clock: Date.now,
    random: randomBytes,
    lettersWaiting: () => {},
  };
}
