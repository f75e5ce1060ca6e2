import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { DiskStep } from "./disk-record.ts";

const sector = 512;

/**
 * Builds in `to` what a disk may hold after the power failed when the first `cut` of `steps` had been asked for: everything that was
 * synced, and of the rest whatever chance kept: writes whole, or sector by sector, in no order. A name counts once its folder was synced.
 */
export async function buildDisk(steps: readonly DiskStep[], cut: number, root: string, to: string, random: () => number): Promise<void> {
  const asked = steps.slice(0, cut);
  // The disks of some cuts have kept nearly everything, those of others nearly nothing.
  const kept = random();
  const keep = (): boolean => random() < kept;
  const { files, folders } = namesKept(asked, keep);
  const whole = (path: string): boolean => path === root || (folders.has(path) && whole(dirname(path)));
  for (const path of [...folders].filter(whole).sort()) await mkdir(join(to, relative(root, path)), { mode: 0o700 });
  for (const [path, file] of files) {
    if (whole(dirname(path))) await writeFile(join(to, relative(root, path)), contentKept(asked, file, keep, random), { mode: 0o600 });
  }
}

function namesKept(asked: readonly DiskStep[], keep: () => boolean): { files: Map<string, number>; folders: Set<string> } {
  const files = new Map<string, number>();
  const folders = new Set<string>();
  const synced = lastOf(asked, (step) => (step.kind === "sync-folder" ? step.path : undefined));
  for (const [i, step] of asked.entries()) {
    if (step.kind !== "create" && step.kind !== "create-folder" && step.kind !== "remove") continue;
    if (i > (synced.get(dirname(step.path)) ?? -1) && !keep()) continue;
    if (step.kind === "create") files.set(step.path, step.file);
    else if (step.kind === "create-folder") folders.add(step.path);
    else files.delete(step.path);
  }
  return { files, folders };
}

function contentKept(asked: readonly DiskStep[], file: number, keep: () => boolean, random: () => number): Buffer {
  const synced = lastOf(asked, (step) => (step.kind === "sync" ? step.file : undefined)).get(file) ?? -1;
  const content = new Content();
  for (const [i, step] of asked.entries()) {
    if ((step.kind !== "write" && step.kind !== "truncate") || step.file !== file) continue;
    const torn = i > synced && step.kind === "write" && random() < 0.3;
    if (i > synced && !torn && !keep()) continue;
    if (step.kind === "truncate") content.truncate(step.size);
    else for (const { at, bytes } of torn ? sectorsOf(step).filter(keep) : [step]) content.write(at, bytes);
  }
  return content.bytes();
}

/** For each key the index of its last step. */
function lastOf<Key>(steps: readonly DiskStep[], keyOf: (step: DiskStep) => Key | undefined): Map<Key, number> {
  const last = new Map<Key, number>();
  for (const [i, step] of steps.entries()) {
    const key = keyOf(step);
    if (key !== undefined) last.set(key, i);
  }
  return last;
}

function sectorsOf({ at, bytes }: { at: number; bytes: Buffer }): { at: number; bytes: Buffer }[] {
  const parts: { at: number; bytes: Buffer }[] = [];
  for (let from = at; from < at + bytes.length; from = (Math.floor(from / sector) + 1) * sector) {
    const end = Math.min((Math.floor(from / sector) + 1) * sector, at + bytes.length);
    parts.push({ at: from, bytes: bytes.subarray(from - at, end - at) });
  }
  return parts;
}

/** A file in memory; what was never written within it is zero. */
class Content {
  #bytes = Buffer.alloc(1 << 16);
  #size = 0;

  write(at: number, bytes: Buffer): void {
    const end = at + bytes.length;
    if (end > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(Math.max(end, this.#bytes.length))]);
    bytes.copy(this.#bytes, at);
    this.#size = Math.max(this.#size, end);
  }

  truncate(size: number): void {
    if (size < this.#size) this.#bytes.fill(0, size);
    else this.write(size, Buffer.alloc(0));
    this.#size = size;
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }
}
