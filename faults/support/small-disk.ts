import { execFile } from "node:child_process";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const runAs = promisify(execFile);

/** Mounting is for root: who is not asks sudo, which must not ask back. */
const run = (command: string, words: readonly string[]): Promise<unknown> =>
  process.getuid?.() === 0 ? runAs(command, words) : runAs("sudo", ["-n", command, ...words]);

/** A file system of its own that can be filled to the last byte. */
export interface SmallDisk {
  /** Its root. */
  readonly folder: string;
  /** `ext4` where the machine lets us, else `tmpfs`. */
  readonly kind: string;
  /** Takes all that is free, or has become free since. */
  fill(): Promise<void>;
  free(): Promise<void>;
  /** Nothing may use it any more. */
  remove(): Promise<void>;
}

/** Throws where nobody may mount: then nothing can be tried here. `folder`: for the disk and what it needs. */
export async function mountSmallDisk(folder: string, megabytes: number): Promise<SmallDisk> {
  const disk = join(folder, "disk");
  await mkdir(disk);
  const kind = await mountImage(join(folder, "disk.img"), disk, megabytes).catch(async (first: unknown) => {
    await run("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=0700`, "handover-faults", disk]).catch((second: unknown) => {
      throw new Error(`a small disk needs the right to mount, which this machine does not give: ${String(first)}; ${String(second)}`);
    });
    return "tmpfs";
  });
  await run("chown", [String(process.getuid?.() ?? 0), disk]);
  const ballast = join(disk, "ballast");
  return {
    folder: disk,
    kind,
    fill: () => fill(ballast),
    free: () => rm(ballast, { force: true }),
    remove: async () => {
      await run("umount", [disk]);
    },
  };
}

async function mountImage(image: string, disk: string, megabytes: number): Promise<string> {
  await run("truncate", ["-s", `${megabytes}M`, image]);
  // No blocks are kept back for the administrator, who may be us.
  await run("mkfs.ext4", ["-q", "-m", "0", image]);
  await run("mount", ["-o", "loop", image, disk]);
  return "ext4";
}

async function fill(ballast: string): Promise<void> {
  const handle = await open(ballast, "a");
  try {
    for (const size of [1 << 20, 4096, 512]) {
      const bytes = Buffer.alloc(size, 1);
      while (await fits(() => handle.write(bytes))) continue;
    }
    await fits(() => handle.sync());
  } finally {
    await handle.close();
  }
}

async function fits(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  }
}
