import { constants } from "node:fs";
import { copyFile, mkdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { openSqlite } from "../src/storage/sqlite.ts";
import { indexAllNames } from "./index-all-names.ts";

/** A folder with a copy of the prepared database, as the program of today would have it; where the disk can, it shares its blocks. */
export async function copyDatabase(from: string, folder: string): Promise<string> {
  const file = join(from, "handover.db");
  await mkdir(folder, { recursive: true });
  await provideRoom(folder, (await stat(file)).size);
  await copyFile(file, join(folder, "handover.db"), constants.COPYFILE_FICLONE);
  await bringUpToDate(join(folder, "handover.db"));
  return folder;
}

/** The cache may be older than the program. */
async function bringUpToDate(file: string): Promise<void> {
  const store = await openSqlite({ file, clock: Date.now });
  try {
    await store.migrate();
    await indexAllNames({ store });
  } finally {
    await store.close();
  }
}

/** What a write-ahead log and a load take beside a database. */
const beside = 2 ** 30;

/** Refuses to begin what would fill the disk. */
export async function provideRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const [wanted, free] = [bytes + beside, bavail * bsize].map((size) => `${(size / 1e9).toFixed(1)} GB`);
  if (bavail * bsize < bytes + beside) throw new Error(`${folder} needs ${wanted} of room and has ${free}; TMPDIR and --cache say where else`);
}
