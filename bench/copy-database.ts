import { constants } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";

/** A folder with a copy of the prepared database; where the disk can, it shares its blocks. */
export async function copyDatabase(from: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await copyFile(join(from, "handover.db"), join(folder, "handover.db"), constants.COPYFILE_FICLONE);
  return folder;
}
