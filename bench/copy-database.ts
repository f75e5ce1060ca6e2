import { constants } from "node:fs";
import { copyFile, mkdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { openSqlite } from "../src/storage/sqlite.ts";

/** A folder with a copy of the prepared database, up to date for whoever reads it; where the disk can, it shares its blocks. */
export async function copyDatabase(from: string, folder: string): Promise<string> {
  const file = join(from, "handover.db");
  await mkdir(folder, { recursive: true });
  await provideRoom(folder, (await stat(file)).size);
  const copy = join(folder, "handover.db");
  await copyFile(file, copy, constants.COPYFILE_FICLONE);
  const store = await openSqlite({ file: copy, clock: Date.now });
  await store.migrate().finally(() => store.close());
  return folder;
}

/** What a write-ahead log and a load take beside a database. */
const beside = 2 ** 30;

/** Refuses to begin what would fill the disk. */
export async function provideRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const [wanted, free] = [bytes + beside, bavail * bsize].map((size) => `${(size / 1e9).toFixed(1)} GB`);
  if (bavail * bsize < bytes + beside) throw new Error(`${folder} needs ${wanted} of room and has ${free}; TMPDIR and --cache say where else`);
}
