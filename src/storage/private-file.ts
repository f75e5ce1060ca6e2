import { mkdir, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Creates an empty file that only its owner may read, with its folders, where they are missing; their names outlive a power failure. */
export async function createPrivateFile(file: string): Promise<void> {
  const folder = dirname(resolve(file));
  const highest = await mkdir(folder, { recursive: true, mode: 0o700 });
  const handle = await open(file, "a", 0o600);
  await handle.close();
  // A file is lost with its folder, and a folder with the one above it, in which its name stands.
  const last = highest === undefined ? folder : dirname(highest);
  for (let named = folder; ; named = dirname(named)) {
    await syncToDisk(named);
    if (named === last) return;
  }
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
