import { join } from "node:path";
import { describe } from "node:test";
import { openPostgres } from "../../src/storage/postgres.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";
import { createDatabase } from "./postgres-databases.ts";

/** Opens a fresh database, up to date, that leaves nothing outside `folder` once it is closed. */
export type OpenStore = (folder: string, clock: () => number) => Promise<Store>;

/** The embedded database in a file of this folder. */
export const openSqliteStore: OpenStore = async (folder, clock) => {
  const store = await openSqlite({ file: join(folder, "handover.db"), clock });
  await store.migrate();
  return store;
};

const urls = new WeakMap<Store, string>();

/** A database of its own on the PostgreSQL of this run; dropped when it is closed. */
export const openPostgresStore: OpenStore = async (_folder, clock) => {
  const { url, drop } = await createDatabase();
  const store = await openPostgres({ url, clock, connections: 4 });
  const dropped: Store = {
    ...store,
    close: async () => {
      await store.close();
      await drop();
    },
  };
  urls.set(dropped, url);
  return dropped;
};

/** What another node has open on the database of a PostgreSQL store; to be closed before it. Undefined on SQLite, which serves one node. */
export async function openBeside(store: Store, clock: () => number): Promise<Store | undefined> {
  const url = urls.get(store);
  return url === undefined ? undefined : openPostgres({ url, clock, connections: 4 });
}

const stores = { sqlite: { name: "SQLite", open: openSqliteStore }, postgres: { name: "PostgreSQL", open: openPostgresStore } };

/** The engine of this run: the whole suite runs once on each, and `TEST_ENGINE` says on which. */
export const usualEngine: Store["engine"] = engineOf(process.env["TEST_ENGINE"] ?? "sqlite");

/** What a world stores in unless it is told. */
export const usualStore: OpenStore = stores[usualEngine].open;

/** A suite of the port itself, named after the engine that this run is on; `createWorld({}, openStore)` makes a world on it. */
export function eachStore(name: string, suite: (openStore: OpenStore) => void): void {
  describe(`${name} (${stores[usualEngine].name})`, () => suite(usualStore));
}

function engineOf(name: string): Store["engine"] {
  if (name === "sqlite" || name === "postgres") return name;
  throw new Error("TEST_ENGINE is neither sqlite nor postgres");
}
