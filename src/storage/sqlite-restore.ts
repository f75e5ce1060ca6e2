import { createReadStream, createWriteStream } from "node:fs";
import { access, link, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import { createPrivateFile, syncToDisk } from "./private-file.ts";
import { assertWhole } from "./sqlite-backup.ts";
import { isBusy, sqliteError } from "./sqlite-errors.ts";
import { StoreDamaged } from "./store.ts";
import { whenUnlocked } from "./when-unlocked.ts";

/** Another process has the database open: it would go on in a file that counts no more. */
export class DatabaseInUse extends Error {
  override readonly name = "DatabaseInUse";
}

/** What stands in the place of the backup is damaged, so that nobody can see whether it is in use. */
export class PresentDamaged extends Error {
  override readonly name = "PresentDamaged";
}

export type Restoring = {
  /** Opens the copy as a server would, and throws what speaks against it. */
  check: (copy: string) => Promise<void>;
  /** The operator knows that the present database is damaged and not in use. */
  damaged: boolean;
  /** Where the present database is kept: a name in the same folder that is not taken. */
  keepAs: string;
};

/** ms: a server that has just been stopped may still be closing its files. */
const patience = 3_000;

/**
 * Puts a copy of a backup in the place of a database that nobody has open. At every moment the place holds the old one or the new one, whole; the old one
 * is kept beside it. Cut off at any point, the same call does it again. Gives where the old one is, if there was one.
 */
export async function restoreSqlite(from: string, to: string, { check, damaged, keepAs }: Restoring): Promise<string | undefined> {
  const folder = dirname(to);
  const part = join(folder, ".restoring.db");
  try {
    await remove(part);
    await createPrivateFile(part);
    // As a stream: copyFile would give it the mode of the backup, which anybody may be able to read, or nobody to write.
    await pipeline(createReadStream(from), createWriteStream(part, { flags: "r+" }));
    assertWhole(part, from);
    await check(part);
    await syncToDisk(part);
    const present = await exists(to);
    const held = present ? await hold(to, damaged) : undefined;
    try {
      const kept = present ? await keep(to, keepAs) : undefined;
      // A log that stayed would be read into the new database.
      for (const log of ["-wal", "-shm"]) if (await exists(to + log)) await rename(to + log, keepAs + log);
      await syncToDisk(folder);
      await rename(part, to);
      await syncToDisk(folder);
      return kept;
    } finally {
      held?.close();
    }
  } finally {
    await remove(part);
  }
}

async function remove(part: string): Promise<void> {
  for (const rest of ["", "-wal", "-shm"]) await rm(part + rest, { force: true });
}

/** Brings its log into the file, and locks it so that a server that starts now has to wait. */
async function hold(file: string, damaged: boolean): Promise<DatabaseSync | undefined> {
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    db.exec("pragma locking_mode = exclusive");
    await whenUnlocked(() => db.exec("pragma journal_mode = delete; begin exclusive"), patience);
    return db;
  } catch (error) {
    db.close();
    if (isBusy(error)) throw new DatabaseInUse(`another process has ${file} open`, { cause: error });
    if (!(sqliteError(error, file) instanceof StoreDamaged)) throw error;
    if (!damaged) throw new PresentDamaged(`${file} is damaged`, { cause: error });
    return undefined;
  }
}

/** A second name for the same file, so that the first is never without one. */
async function keep(file: string, as: string): Promise<string> {
  await link(file, as);
  return as;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
