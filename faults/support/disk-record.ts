import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { readEvents, type StoryEvent } from "./story-events.ts";

/** One thing that a process asked of the disk, or (`event`) said while it did so. `file`: a number for each file, which outlives its names. */
export type DiskStep =
  | { kind: "write"; file: number; at: number; bytes: Buffer }
  | { kind: "truncate"; file: number; size: number }
  | { kind: "sync"; file: number }
  | { kind: "create"; path: string; file: number }
  | { kind: "create-folder"; path: string }
  | { kind: "remove"; path: string }
  | { kind: "sync-folder"; path: string }
  | { kind: "event"; event: StoryEvent };

/** The system calls from which a record is made; SQLite and Node's own files use no others for these purposes. */
export const recordedCalls = "pwrite64,write,fsync,fdatasync,ftruncate,openat,unlink,rename,mkdir";

/**
 * Reads what `strace -f -y -xx -o trace` wrote of one process: the steps within `root`, in their order, and the events written to `ledger`.
 * SQLite's shared memory is left out: it is worth nothing after a crash.
 */
export async function readDiskRecord(trace: string, root: string, ledger: string): Promise<DiskStep[]> {
  const steps: DiskStep[] = [];
  const names = new Map<string, number>();
  let files = 0;
  const fileOf = (path: string): number | undefined => (path.endsWith(" (deleted)") || path.endsWith("-shm") ? undefined : names.get(path));
  for await (const call of calls(trace)) {
    const path = call.path;
    if (path === ledger && call.name === "write") steps.push(...readEvents(call.bytes().toString()).map((event): DiskStep => ({ kind: "event", event })));
    if (!path.startsWith(`${root}/`) && path !== root) continue;
    const file = fileOf(path);
    if (call.name === "openat" && file === undefined && call.creates && !path.endsWith("-shm")) {
      names.set(path, ++files);
      steps.push({ kind: "create", path, file: files });
    } else if (call.name === "mkdir") steps.push({ kind: "create-folder", path });
    else if (call.name === "unlink" && names.delete(path)) steps.push({ kind: "remove", path });
    else if (call.name === "rename") throw new Error("the record holds a renaming, which is not understood");
    else if (call.name === "pwrite64" && file !== undefined) steps.push({ kind: "write", file, at: call.number, bytes: call.bytes() });
    else if (call.name === "ftruncate" && file !== undefined) steps.push({ kind: "truncate", file, size: call.number });
    else if (call.name === "fsync" || call.name === "fdatasync") steps.push(file === undefined ? { kind: "sync-folder", path } : { kind: "sync", file });
  }
  return steps;
}

type Call = { name: string; path: string; creates: boolean; bytes(): Buffer /** The last argument. */; number: number };

/** Calls that succeeded, at the moment of their end: only then is a promise of the disk given. */
async function* calls(trace: string): AsyncGenerator<Call> {
  const begun = new Map<string, string>();
  for await (const line of createInterface({ input: createReadStream(trace) })) {
    const [, process = "", said = ""] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    if (said.endsWith(" <unfinished ...>")) {
      begun.set(process, said.slice(0, -" <unfinished ...>".length));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(said);
    const whole = resumed ? `${begun.get(process) ?? ""}${resumed[1]}` : said;
    const call = callOf(whole);
    if (call) yield call;
  }
}

function callOf(line: string): Call | undefined {
  const [, name, given, result = "-1"] = /^(\w+)\((.*)\)\s+= (-?\d+)/.exec(line) ?? [];
  if (name === undefined || given === undefined || Number(result) < 0) return undefined;
  const quoted = [...given.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map((match) => match[1] ?? "");
  const byName = name === "openat" || name === "mkdir" || name === "unlink" || name === "rename";
  const path = byName ? unquote(quoted[0] ?? "") : unquote(/^\d+<([^>]*)>/.exec(given)?.[1] ?? "");
  const bytes = (): Buffer => {
    const written = unquote(quoted[0] ?? "");
    if (written.length !== Number(result)) throw new Error(`a write of ${result} bytes is recorded with ${written.length}`);
    return written;
  };
  return { name, path: path.toString(), creates: given.includes("O_CREAT"), bytes, number: Number(/(\d+)$/.exec(given)?.[1]) };
}

/** `-xx` writes every byte as \x and two digits. */
function unquote(text: string): Buffer {
  return Buffer.from(text.replaceAll("\\x", ""), "hex");
}
