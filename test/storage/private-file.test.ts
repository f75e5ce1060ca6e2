import assert from "node:assert/strict";
import { type FileHandle, mkdir, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { mock, test } from "node:test";
import { createPrivateFile } from "../../src/storage/private-file.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The folders, by inode, that were forced onto the disk while `work` ran. */
async function syncedBy(folder: string, work: () => Promise<void>): Promise<Set<number>> {
  const handle = await open(folder, "r");
  const synced = new Set<number>();
  const sync = mock.method(Object.getPrototypeOf(handle) as FileHandle, "sync", async function (this: FileHandle) {
    synced.add((await this.stat()).ino);
  });
  try {
    await work();
    return synced;
  } finally {
    sync.mock.restore();
    await handle.close();
  }
}

test("a new file outlives a power failure with every folder that was made for it", async () => {
  const { folder, remove } = await temporaryFolder();
  try {
    const file = join(folder, "some", "where", "else", "handover.db");
    await mkdir(join(folder, "some"));
    const synced = await syncedBy(folder, () => createPrivateFile(file));
    for (const name of ["some", "some/where", "some/where/else"]) assert.ok(synced.has((await stat(join(folder, name))).ino), `${name} was synced`);
    assert.ok(!synced.has((await stat(folder)).ino), "what was there already is left alone");
  } finally {
    await remove();
  }
});
