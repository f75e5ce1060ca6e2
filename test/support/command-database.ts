import { join } from "node:path";
import { openPostgres } from "../../src/storage/postgres.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";
import { usualEngine } from "./each-store.ts";
import { createDatabase } from "./postgres-databases.ts";

const given = new Map<string, { url: string; drop: () => Promise<void> }>();

/** From now on commands on this data folder work on a database of their own on this run's engine: on SQLite that in the folder. It is empty and made by `migrate`, or migrated. */
export async function giveDatabase(folder: string, state: "empty" | "migrated" = "empty"): Promise<void> {
  if (usualEngine === "postgres") given.set(folder, await createDatabase(state));
}

/** To be called after the last command. */
export async function dropDatabases(): Promise<void> {
  for (const { drop } of given.values()) await drop();
}

/** What a command on this folder has in its environment. */
export function databaseOf(folder: string | undefined): { HANDOVER_DATABASE_URL?: string } {
  const database = given.get(folder ?? "");
  return database ? { HANDOVER_DATABASE_URL: database.url } : {};
}

/** What commands on this folder have written. */
export async function lookInto<T>(folder: string, look: (store: Store) => Promise<T>): Promise<T> {
  const { HANDOVER_DATABASE_URL: url } = databaseOf(folder);
  const store = url === undefined ? await openSqlite({ file: join(folder, "handover.db"), clock: Date.now }) : await openPostgres({ url, connections: 1 });
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}
