import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { secretsFrom } from "../../src/auth/secrets.ts";
import type { Settings } from "../../src/config.ts";
import type { Context } from "../../src/context.ts";
import products from "../../src/products.json" with { type: "json" };
import type { Store } from "../../src/storage/store.ts";
import { type Clock, testClock } from "./clock.ts";
import { type OpenStore, usualStore } from "./each-store.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface World {
  readonly context: Context;
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: Settings;
  /** Closes the store and removes its folder. */
  readonly close: () => Promise<void>;
}

/** A fresh system in process, with a clock of its own. `options`: settings that differ from the usual ones. */
export async function createWorld(options: Partial<Settings> = {}, openStore: OpenStore = usualStore): Promise<World> {
  const { folder, remove } = await temporaryFolder();
  const clock = testClock();
  const store = await openStore(folder, clock.now);
  const settings: Settings = { ...usualSettings, dataFolder: folder, ...options };
  const context: Context = {
    store,
    settings,
    secrets: secretsFrom(settings.secrets),
    log: pino({ level: "silent" }),
    clock: clock.now,
    random: randomBytes,
    lettersWaiting: () => {},
  };
  const close = async (): Promise<void> => {
    await store.close();
    await remove();
  };
  return { context, store, clock, settings, close };
}

/** Of every world, where it does not want others. */
export const usualSettings: Settings = {
  mode: "demo",
  host: "127.0.0.1",
  port: 3000,
  dataFolder: "",
  databaseUrl: undefined,
  databaseConnections: 10,
  drainSeconds: 0,
  baseUrl: "http://127.0.0.1:3000",
  smtpUrl: undefined,
  mailFrom: "Handover <handover@example.com>",
  dkim: undefined,
  realm: "ovh",
  secrets: ["a secret that only the tests know, long enough"],
  requestDays: 7,
  standing: "billing",
  signUp: "open",
  timeZone: "UTC",
  trustedProxies: [],
  tls: undefined,
  resetBlockHours: 24,
  products,
  help: {},
};
