import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** What a backup is called until it is whole; it tells whose it is. */
export function partName(name: string): string {
  return `.${name}.${process.pid}.handover-part`;
}

/** SQLite may have put its journal beside it. */
const partPattern = /\.(?<pid>\d+)\.handover-part(-journal)?$/;

/** ms. The process of another machine or container that writes into the same folder cannot be seen. */
const old = 24 * 3600_000;

/** Removes what backups that were killed have left in this folder. What cannot be removed hinders nobody. */
export async function removeOldParts(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = partPattern.exec(name)?.groups?.["pid"];
    if (pid !== undefined && !isOfAnother(Number(pid))) await removeOld(join(folder, name)).catch(() => {});
  }
}

async function removeOld(part: string): Promise<void> {
  if (Date.now() - (await stat(part)).mtimeMs > old) await rm(part);
}

/** Whether another process that lives has this number. */
function isOfAnother(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
