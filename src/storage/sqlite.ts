import { resolve } from "node:path";
import { assertUsable } from "./file-rights.ts";
import { GroupCommit } from "./group-commit.ts";
import { kyselyOn } from "./kysely-on.ts";
import { migrate, pendingMigrations } from "./migrator.ts";
import { createPrivateFile } from "./private-file.ts";
import { backupSqlite } from "./sqlite-backup.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { sqliteError } from "./sqlite-errors.ts";
import { type Store, StoreDamaged } from "./store.ts";
import { usualPatience, whenUnlocked } from "./when-unlocked.ts";

/** `patience`: ms for which the lock of another process is waited for before StoreUnavailable. */
export type SqliteOptions = { file: string; clock: () => number; patience?: number };

/** Opens the embedded database, creating file (0600) and folder (0700) where they are missing. The schema is `migrate`'s affair. */
export async function openSqlite({ file, clock, patience = usualPatience }: SqliteOptions): Promise<Store> {
  const path = resolve(file);
  await createPrivateFile(path);
  await assertUsable(path);
  const { writer, reader } = await connect(path, patience);
  const group = new GroupCommit(writer, clock, patience);
  const port: Pick<Store, "engine" | "read" | "write"> = { engine: "sqlite", read: kyselyOn(reader, "sqlite"), write: (work) => group.write(work) };
  return {
    ...port,
    migrate: () => writer.asideInFiles(() => migrate(port)),
    pendingMigrations: () => pendingMigrations(port),
    backup: (to) => backupSqlite(path, resolve(to)),
    close: async () => {
      await group.close();
      reader.close();
      // Last, since it can: the last to close writes the log into the file.
      writer.close();
    },
  };
}

async function connect(path: string, patience: number): Promise<{ writer: SqliteConnection; reader: SqliteConnection }> {
  const opened: SqliteConnection[] = [];
  try {
    const writer = await whenUnlocked(() => SqliteConnection.writer(path), patience);
    opened.push(writer);
    const reader = await whenUnlocked(() => SqliteConnection.reader(path), patience);
    return { writer, reader };
  } catch (error) {
    for (const connection of opened) connection.close();
    const told = sqliteError(error, path);
    if (told instanceof StoreDamaged) throw told;
    throw new Error(`cannot open the database ${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
