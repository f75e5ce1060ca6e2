import { open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { assertSearchable } from "./assert-searchable.ts";
import { fileExists } from "./file-exists.ts";
import { syncToDisk } from "./private-file.ts";
import { partName, removeOldParts } from "./remove-old-parts.ts";
import { damageOf, sqliteError, writeFault } from "./sqlite-errors.ts";

/** All pages in one step, in a thread of its own: in more steps each write meanwhile would begin the copy anew. */
const allPages = 2 ** 31 - 1;

/**
 * Copies the database as it is at one moment into a new file, readable by its owner only, which has its name when it is complete and
 * has been read through: a copy of a damaged database is refused, so that no good backup is thrown away for it.
 */
export async function backupSqlite(from: string, to: string): Promise<void> {
  await refuseExisting(to);
  await removeOldParts(dirname(to));
  const part = join(dirname(to), partName(basename(to)));
  try {
    await (await open(part, "wx", 0o600)).close();
    await copy(from, part);
    assertWhole(part, from);
    await syncToDisk(part);
    await refuseExisting(to);
    await rename(part, to);
    await syncToDisk(dirname(to));
  } finally {
    await rm(part, { force: true });
  }
}

async function copy(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    await backup(source, to, { rate: allPages });
  } catch (error) {
    const fault = writeFault(error);
    if (fault === undefined) throw sqliteError(error, from);
    // The source is only read: it is the disk of the copy.
    throw new Error(`${fault} in ${dirname(to)}, and it needs ${((await stat(from)).size / 1_000_000).toFixed(1)} MB`, { cause: error });
  } finally {
    source.close();
  }
}

/**
 * Reads every page, every index against its table, every reference: what can be found of damage without a sum over each page. `part`: a copy
 * that nobody has open; `from`: whose damage it is.
 */
export function assertWhole(part: string, from: string): void {
  const unchanging = pathToFileURL(part);
  // Without it a log would be made beside the copy.
  unchanging.searchParams.set("immutable", "1");
  const copied = new DatabaseSync(unchanging, { readOnly: true });
  try {
    assertSearchable(copied, from);
    const found = [...copied.prepare("pragma integrity_check(3)").all(), ...copied.prepare("pragma foreign_key_check").all()];
    const wrong = found.map((row) => Object.values(row).join(" ")).filter((text) => text !== "ok");
    if (wrong.length > 0) throw damageOf(from, wrong.slice(0, 3).join("; "));
  } catch (error) {
    throw sqliteError(error, from);
  } finally {
    copied.close();
  }
}

async function refuseExisting(file: string): Promise<void> {
  if (await fileExists(file)) throw new Error(`${file} exists already: a backup goes into a new file`);
}
