import { resolve } from "node:path";
import { GroupCommit } from "./group-commit.ts";
import { migrate, pendingMigrations } from "./migrator.ts";
import { createPrivateFile } from "./private-file.ts";
import { backupSqlite } from "./sqlite-backup.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { kyselyOn } from "./sqlite-dialect.ts";
import type { Store } from "./store.ts";
import { usualPatience, whenUnlocked } from "./when-unlocked.ts";

/** `patience`: ms for which the lock of another process is waited for before StoreUnavailable. */
export type SqliteOptions = { file: string; clock: () => number; patience?: number };

/** Opens the embedded database, creating file (0600) and folder (0700) where they are missing. The schema is `migrate`'s affair. */
export async function openSqlite({ file, clock, patience = usualPatience }: SqliteOptions): Promise<Store> {
  const path = resolve(file);
  await createPrivateFile(path);
  const writer = await whenUnlocked(() => SqliteConnection.writer(path), patience);
  const reader = SqliteConnection.reader(path);
  const group = new GroupCommit(writer, clock, patience);
  const port: Pick<Store, "engine" | "read" | "write"> = { engine: "sqlite", read: kyselyOn(reader), write: (work) => group.write(work) };
  return {
    ...port,
    migrate: () => migrate(port),
    pendingMigrations: () => pendingMigrations(port),
    backup: (to) => backupSqlite(path, resolve(to)),
    close: async () => {
      await group.close();
      reader.close();
      writer.close();
    },
  };
}
