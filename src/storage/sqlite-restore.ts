import { createReadStream, createWriteStream } from "node:fs";
import { link, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import { fileExists } from "./file-exists.ts";
import { assertUsable } from "./file-rights.ts";
import { holdSqlite } from "./hold-sqlite.ts";
import { createPrivateFile, syncToDisk } from "./private-file.ts";
import { DatabaseInUse, PresentDamaged } from "./restore-refused.ts";
import { assertWhole } from "./sqlite-backup.ts";
import { isBusy, sqliteError } from "./sqlite-errors.ts";
import { StoreDamaged } from "./store.ts";

export type Restoring = {
  /** Opens the copy as a server would, and throws what speaks against it. */
  check: (copy: string) => Promise<void>;
  /** The operator knows that the present database is damaged and not in use. */
  damaged: boolean;
  /** Where the present database is kept: a name in the same folder that is not taken. */
  keepAs: string;
};

/**
 * Puts a copy of a backup in the place of a database that nobody has open. At every moment the place holds the old one or the new one, whole; the old one
 * is kept beside it. A damaged one has a log that could not be brought into it: it is kept as a pair, `keepAs` and `keepAs`-wal, and cut off between the
 * two moves the place holds it without that log, which nobody reads any more. Cut off at any point, the same call does it again. Gives where the old one
 * is, if there was one.
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
    const present = await fileExists(to);
    if (present) await assertUsable(to);
    const held = present ? await hold(to, keepAs, damaged) : undefined;
    try {
      const kept = present ? await keep(to, keepAs) : undefined;
      // Before the new one comes: a log that stayed would be read into it.
      for (const log of ["-wal", "-shm"]) await moveAway(to + log, keepAs + log);
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

/** Brings its log into the file, and locks it so that a server that starts now has to wait. Of one that is damaged the log is kept beside `keepAs`. */
async function hold(file: string, keepAs: string, damaged: boolean): Promise<DatabaseSync | undefined> {
  const log = `${keepAs}-wal`;
  // Before it is opened: with the last connection SQLite deletes a log, also one that it could not read.
  if (damaged && (await fileExists(`${file}-wal`))) await link(`${file}-wal`, log);
  try {
    const held = await holdSqlite(file, "pragma journal_mode = delete");
    await rm(log, { force: true });
    return held;
  } catch (error) {
    const found = damageOrUse(error, file);
    if (damaged && found instanceof PresentDamaged) return undefined;
    await rm(log, { force: true });
    throw found;
  }
}

function damageOrUse(error: unknown, file: string): unknown {
  if (isBusy(error)) return new DatabaseInUse(`another process has ${file} open`, { cause: error });
  return sqliteError(error, file) instanceof StoreDamaged ? new PresentDamaged(`${file} is damaged`, { cause: error }) : error;
}

/** What it is to be called may be a second name of it already, which `rename` would leave alone. */
async function moveAway(log: string, as: string): Promise<void> {
  if (!(await fileExists(log))) return;
  await rm(as, { force: true });
  await rename(log, as);
}

/** A second name for the same file, so that the first is never without one. */
async function keep(file: string, as: string): Promise<string> {
  await link(file, as);
  return as;
}
