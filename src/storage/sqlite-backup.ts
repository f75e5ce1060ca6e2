import { access, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { syncToDisk } from "./private-file.ts";

/** All pages in one step, in a thread of its own: in more steps each write meanwhile would begin the copy anew. */
const allPages = 2 ** 31 - 1;

/** Copies the database as it is at one moment into a new file, readable by its owner only, which has its name when it is complete. */
export async function backupSqlite(from: string, to: string): Promise<void> {
  await refuseExisting(to);
  const part = join(dirname(to), `.${basename(to)}.${process.pid}.part`);
  try {
    await (await open(part, "wx", 0o600)).close();
    await copy(from, part);
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
  } finally {
    source.close();
  }
}

async function refuseExisting(file: string): Promise<void> {
  const exists = await access(file).then(
    () => true,
    () => false,
  );
  if (exists) throw new Error(`${file} exists already: a backup goes into a new file`);
}
