import { constants } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openSqlite } from "../src/storage/sqlite.ts";
import { indexAllNames } from "./index-all-names.ts";

/** A folder with a copy of the prepared database, as the program of today would have it; where the disk can, it shares its blocks. */
export async function copyDatabase(from: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, "handover.db");
  await copyFile(join(from, "handover.db"), file, constants.COPYFILE_FICLONE);
  const store = await openSqlite({ file, clock: Date.now });
  try {
    await store.migrate();
    await indexAllNames({ store });
  } finally {
    await store.close();
  }
  return folder;
}
