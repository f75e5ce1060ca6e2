// Damages copies of one database, again and again, in a process of its own, that may crash or hang: `node faults/support/damage.ts '{…}'`.
// Prints a line for each try.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, open, readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sql } from "kysely";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";
import { Boundaries } from "./boundaries.ts";
import { seededRandom } from "./seeded-random.ts";

export type DamageOptions = {
  /** Holds `handover.db` and its log, as a crash has left them. */
  base: string;
  /** Fresh, for the copies. */
  scratch: string;
  kind: "truncation" | "flip";
  seed: number;
  /** Tries `from` up to, not with, `to`. */
  from: number;
  to: number;
};

/**
 * `log`: what was tried is a part of the log, and the database opened at the boundary before the damage, or at the end when it hit nothing.
 * Of the file: `refused` when opened or read, `found` by what `handover backup` looks at, `harmless` (nothing reads otherwise), or
 * `undetected`. `fault`: what must not be.
 */
export type Tried = { what: string; outcome: "log" | "refused" | "found" | "harmless" | "undetected" | "fault"; note: string };

type Base = {
  boundaries: Boundaries /** Where in the log transactions end. */;
  ends: number[];
  sizes: { file: number; log: number; closed: number };
  content: string;
};

const pageSize = 4096;
const frameSize = 24 + pageSize;
const logHeader = 32;

if (import.meta.main) await tryAll(JSON.parse(process.argv[2] ?? "") as DamageOptions);

async function tryAll(options: DamageOptions): Promise<void> {
  const base = await readBase(options);
  for (let n = options.from; n < options.to; n++) {
    const random = seededRandom(options.seed, `${options.kind} ${n}`);
    const tried = options.kind === "truncation" ? await tryTruncation(options, base, random) : await tryFlip(options, base, random);
    console.log(JSON.stringify(tried));
  }
}

async function readBase({ base, scratch }: DamageOptions): Promise<Base> {
  const file = await readFile(join(base, "handover.db"));
  const log = await readFile(join(base, "handover.db-wal"));
  const { boundaries, ends } = boundariesOf(file, log);
  const { content } = await openCopy(base, join(scratch, "whole"), async () => {});
  const closed = await closeCopy(base, join(scratch, "closed"));
  return { boundaries, ends, sizes: { file: file.length, log: log.length, closed }, content: content ?? "" };
}

/** Those that the log adds to the file. Frames of an earlier round of the log have other salts than its header. */
export function boundariesOf(file: Buffer, log: Buffer): { boundaries: Boundaries; ends: number[] } {
  const boundaries = new Boundaries();
  boundaries.begin(file);
  boundaries.follow({ at: 0, bytes: log.subarray(0, logHeader) });
  const ends: number[] = [];
  for (let at = logHeader; at + frameSize <= log.length && log.subarray(at + 8, at + 16).equals(log.subarray(16, 24)); at += frameSize)
    if (boundaries.follow({ at, bytes: log.subarray(at, at + frameSize) })) ends.push(at + frameSize);
  return { boundaries, ends };
}

async function tryTruncation(options: DamageOptions, base: Base, random: () => number): Promise<Tried> {
  const size = Math.floor(random() * base.sizes.log);
  const opened = await openCopy(options.base, join(options.scratch, "copy"), (copy) => truncate(`${copy}-wal`, size));
  return judgeLog(`log cut to ${size} bytes`, base, opened, base.ends.filter((end) => end <= size).length);
}

async function tryFlip(options: DamageOptions, base: Base, random: () => number): Promise<Tried> {
  const ofLog = random() < 0.5;
  // Of a database that was closed no page stands in the log as well.
  const closed = !ofLog && random() < 0.5;
  const size = ofLog ? base.sizes.log : closed ? base.sizes.closed : base.sizes.file;
  const at = Math.floor(random() * size);
  const bit = Math.floor(random() * 8);
  const from = closed ? join(options.scratch, "closed") : options.base;
  const opened = await openCopy(from, join(options.scratch, "copy"), (copy) => flip(ofLog ? `${copy}-wal` : copy, at, bit));
  const what = `bit ${bit} of byte ${at} of the ${ofLog ? "log" : closed ? "closed file" : "file"}`;
  if (!ofLog) return judgeFile(what, base, opened);
  // A log whose header is wrong counts for nothing; one with a wrong frame counts up to it; what lies behind the last frame is old.
  const whole = at >= (base.ends.at(-1) ?? 0);
  return judgeLog(what, base, opened, whole ? base.ends.length : at < logHeader ? 0 : base.ends.filter((end) => end <= at).length);
}

async function flip(file: string, at: number, bit: number): Promise<void> {
  const handle = await open(file, "r+");
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  byte.writeUInt8(byte.readUInt8() ^ (1 << bit));
  await handle.write(byte, 0, 1, at);
  await handle.close();
}

/** The same without a log, as an orderly end would have left it; gives its size. */
async function closeCopy(base: string, folder: string): Promise<number> {
  await mkdir(folder);
  const copy = join(folder, "handover.db");
  await copyBase(base, copy);
  await (await openSqlite({ file: copy, clock: Date.now })).close();
  return (await readFile(copy)).length;
}

async function copyBase(base: string, copy: string): Promise<void> {
  for (const suffix of ["", "-wal"]) {
    const from = join(base, `handover.db${suffix}`);
    if (existsSync(from)) await copyFile(from, copy + suffix);
  }
}

type Opened = { refused?: unknown; content?: string; file?: Buffer; wrong?: string };

/** Opens a damaged copy as the server does, reads every row of every table, and looks at it as `handover backup` does. */
async function openCopy(base: string, folder: string, damage: (copy: string) => Promise<void>): Promise<Opened> {
  await mkdir(folder);
  const copy = join(folder, "handover.db");
  await copyBase(base, copy);
  await damage(copy);
  let store: Store | undefined;
  try {
    store = await openSqlite({ file: copy, clock: Date.now });
    await store.pendingMigrations();
    const content = await contentOf(store);
    await store.close();
    return { content, file: await readFile(copy), wrong: wrongIn(copy) };
  } catch (error) {
    return { refused: error };
  } finally {
    await store?.close();
    await rm(folder, { recursive: true });
  }
}

/** A sum over all that can be read. */
async function contentOf(store: Store): Promise<string> {
  const sum = createHash("sha1");
  const tables = await sql<{ name: string }>`select name from sqlite_schema where type = 'table' order by name`.execute(store.read);
  for (const { name } of tables.rows) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(store.read);
    sum.update(`${name} ${JSON.stringify(rows)}`);
  }
  return sum.digest("hex");
}

function wrongIn(file: string): string {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = [...db.prepare("pragma integrity_check(3)").all(), ...db.prepare("pragma foreign_key_check").all()];
    return rows
      .map((row) => Object.values(row).join(" "))
      .filter((text) => text !== "ok")
      .join("; ");
  } catch (error) {
    return String(error);
  } finally {
    db.close();
  }
}

function judgeLog(what: string, { boundaries }: Base, { refused, file, wrong }: Opened, expected: number): Tried {
  if (refused !== undefined) return judgeRefusal(what, refused);
  const found = file && boundaries.of(file);
  if (found !== expected) return { what, outcome: "fault", note: `opened at boundary ${String(found)} instead of ${expected}` };
  return wrong ? { what, outcome: "fault", note: wrong } : { what, outcome: "log", note: "" };
}

function judgeFile(what: string, base: Base, { refused, content, wrong }: Opened): Tried {
  if (refused !== undefined) return judgeRefusal(what, refused);
  if (wrong) return { what, outcome: "found", note: wrong };
  return { what, outcome: content === base.content ? "harmless" : "undetected", note: "" };
}

/** A clear one names the file. */
function judgeRefusal(what: string, error: unknown): Tried {
  const text = String(error);
  return { what, outcome: text.includes("handover.db") ? "refused" : "fault", note: text };
}
