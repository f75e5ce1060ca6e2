import { StoreDamaged, StoreUnavailable } from "./store.ts";

/** SQLite's primary result codes for what lies outside the program: busy, locked, out of memory, I/O error, disk full, cannot open. */
const outside = new Set([5, 6, 7, 10, 13, 14]);

const mistake = 1;
const busy = 5;
const ioError = 10;
const diskFull = 13;

/** Malformed, and no database at all. */
const damaged = new Set([11, 26]);

/** Another connection holds the lock: worth another try. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === busy;
}

/** In the statement, or in what the file says of what that names. */
export function isMistake(error: unknown): error is Error {
  return primaryCode(error) === mistake;
}

/** The disk did not do as told, or did not say whether it has. */
export function isIoError(error: unknown): boolean {
  return primaryCode(error) === ioError;
}

/** SQLite's extended codes for a file that does not take what is written: full, write, fsync, truncate. */
const unwritten = new Set([13, 778, 1034, 1546]);

/** What the disk of a file that is only written says; undefined where something else went wrong. */
export function writeFault(error: unknown): string | undefined {
  if (!(error instanceof Error && "errcode" in error && unwritten.has(Number(error.errcode)))) return undefined;
  return primaryCode(error) === diskFull ? "there is no room left" : `the disk does not take it (${error.message})`;
}

/** Turns what is no fault of the statement into StoreUnavailable, or StoreDamaged; everything else stays what it is. */
export function sqliteError(error: unknown, file: string): unknown {
  const code = primaryCode(error) ?? 0;
  if (damaged.has(code)) return damageOf(file, error instanceof Error ? error.message : "", error);
  return outside.has(code) ? new StoreUnavailable("the database cannot be used at the moment", { cause: error }) : error;
}

/** `found`: what is wrong, in SQLite's words. */
export function damageOf(file: string, found: string, cause?: unknown): StoreDamaged {
  return new StoreDamaged(`${file} is damaged (${found}). Stop the server, keep this file, and restore a backup: docs/operations.md`, { cause });
}

/** Extended codes keep the primary one in their lowest byte. */
function primaryCode(error: unknown): number | undefined {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return typeof code === "number" ? code & 0xff : undefined;
}
