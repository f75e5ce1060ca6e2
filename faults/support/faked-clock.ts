import { existsSync, globSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** A clock that is wrong, for the processes that are given its environment; the machine's own stays what it is. */
export interface FakedClock {
  readonly environment: NodeJS.ProcessEnv;
  /** ms by which it is ahead of the machine's. */
  readonly offset: number;
  /** Sets it while they run; settles once they have seen it. */
  set(offset: number): Promise<void>;
}

/** s for which processes go by what the file said last. */
const cached = 1;

/** By Debian's faketime. Setting a machine's clock does not touch its monotonic one, so neither does this. `file`: readable for those processes. */
export function fakedClock(file: string, offset: number): FakedClock {
  let now = 0;
  const write = (ms: number): void => {
    now = Math.round(ms / 1000) * 1000;
    writeFileSync(`${file}.new`, `${now < 0 ? "-" : "+"}${Math.abs(now / 1000)}s\n`, { mode: 0o644 });
    renameSync(`${file}.new`, file);
  };
  write(offset);
  return {
    environment: {
      LD_PRELOAD: library(),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: `${cached}`,
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      DONT_FAKE_MONOTONIC: "1",
    },
    get offset() {
      return now;
    },
    set: async (ms) => {
      write(ms);
      await new Promise((resolve) => setTimeout(resolve, cached * 1000 + 1500));
    },
  };
}

/** What faketime keeps in memory for a process, and leaves there when that is killed. */
export function forgetFakedClocks(): void {
  for (const file of globSync("/dev/shm/*faketime_*")) {
    const process = /_([0-9]+)$/.exec(file)?.[1];
    if (process !== undefined && !existsSync(`/proc/${process}`)) rmSync(file, { force: true });
  }
}

function library(): string {
  const [found] = globSync("/usr/lib/*/faketime/libfaketimeMT.so.1");
  if (found === undefined) throw new Error("there is no faketime on this machine: apt-get install faketime");
  return found;
}
