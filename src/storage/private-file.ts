import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

/** Creates an empty file that only its owner may read, with its folder, where they are missing. */
export async function createPrivateFile(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, "a", 0o600);
  await handle.close();
  await syncToDisk(dirname(file));
}

/** Forces a file, or the names in a folder, onto the disk. */
export async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
