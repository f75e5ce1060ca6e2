import { join } from "node:path";
import { openPostgres } from "../../src/storage/postgres.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";
import { usualEngine } from "./each-store.ts";
import { createDatabase } from "./postgres-databases.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Two programs on one database of this run's engine, which is empty still. */
export async function withTwoStores(work: (one: Store, other: Store) => Promise<void>): Promise<void> {
  const { open, remove } = await (usualEngine === "postgres" ? emptyPostgres() : emptySqlite());
  const stores: Store[] = [];
  try {
    const [one, other] = [await open(), await open()];
    stores.push(one, other);
    await work(one, other);
  } finally {
    for (const store of stores) await store.close();
    await remove();
  }
}

type Empty = { open: () => Promise<Store>; remove: () => Promise<void> };

const clock = (): number => 42;

async function emptySqlite(): Promise<Empty> {
  const { folder, remove } = await temporaryFolder();
  return { open: () => openSqlite({ file: join(folder, "a.db"), clock }), remove };
}

async function emptyPostgres(): Promise<Empty> {
  const { url, drop } = await createDatabase("empty");
  return { open: () => openPostgres({ url, clock, connections: 2 }), remove: drop };
}
