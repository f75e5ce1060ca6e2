import { join } from "node:path";
import { describe } from "node:test";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";

/** Opens a fresh database, up to date, that leaves nothing outside `folder` once it is closed. */
export type OpenStore = (folder: string, clock: () => number) => Promise<Store>;

/** The embedded database in a file of this folder. */
export const openSqliteStore: OpenStore = async (folder, clock) => {
  const store = await openSqlite({ file: join(folder, "handover.db"), clock });
  await store.migrate();
  return store;
};

const engines: Readonly<Record<string, OpenStore>> = { SQLite: openSqliteStore };

/** Runs the same suite on every engine; `createWorld({}, openStore)` makes a world on it. */
export function eachStore(name: string, suite: (openStore: OpenStore) => void): void {
  for (const [engine, openStore] of Object.entries(engines)) describe(`${name} (${engine})`, () => suite(openStore));
}
