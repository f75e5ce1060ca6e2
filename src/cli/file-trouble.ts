import { accessSync, constants, readFileSync, type Stats, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { type ExitCode, exitCodes } from "./exit-codes.ts";

/** What is wrong with a file or a folder, in one line with what to do. */
export type FileTrouble = { code: ExitCode; text: string };

const isWrong = (text: string): FileTrouble => ({ code: exitCodes.misused, text });
const passes = (text: string): FileTrouble => ({ code: exitCodes.failed, text });

const full = (path: string): FileTrouble => passes(`There is no room left for ${path}. Make some, and do it again.`);

/** By the code of Node's error. */
const advice: Readonly<Record<string, (path: string) => FileTrouble>> = {
  EACCES: (path) => isWrong(missingRight(path)),
  EPERM: (path) => isWrong(missingRight(path)),
  EROFS: (path) => isWrong(`${path} lies on a file system that is mounted for reading only.`),
  EISDIR: (path) => isWrong(`${path} is a folder, and a file is wanted.`),
  ENOTDIR: (path) => isWrong(`${path} stands below a file: a folder is wanted there.`),
  EEXIST: (path) => isWrong(`${path} is a file, and a folder is wanted.`),
  ENOENT: (path) => isWrong(`There is no ${path}.`),
  ENOSPC: full,
  EDQUOT: full,
  EIO: (path) => passes(`The disk fails at ${path}: look into the system's log.`),
  EMFILE: (path) => passes(`This process may open no more files (${path}): raise its limit (ulimit -n).`),
};

/** Finds in an error, or in what caused it, a trouble with a file that the operator can mend. */
export function fileTrouble(error: unknown): FileTrouble | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("syscall" in error && "code" in error && typeof error.code === "string" && "path" in error && typeof error.path === "string") {
    const tell = Object.hasOwn(advice, error.code) ? advice[error.code] : undefined;
    if (tell) return tell(error.path);
  }
  return fileTrouble(error.cause);
}

/** Names what may not be done, who tried, and whose it is: mostly a command was run as another user than the server. */
function missingRight(path: string): string {
  const { at, stats } = nearestThere(path);
  const owner = nameOf(stats.uid);
  const user = nameOf(process.geteuid?.() ?? -1);
  const advised =
    owner === user ? "Give it that right (chmod)" : `It belongs to ${owner}: run this as that user, as the server does, or give ${user} the right`;
  return `${user} may not ${missing(at, at !== path || stats.isDirectory())} ${at}. ${advised}.`;
}

/** What may be looked at: the path itself, or the first folder above it. */
function nearestThere(path: string): { at: string; stats: Stats } {
  try {
    return { at: path, stats: statSync(path) };
  } catch (error) {
    const above = dirname(path);
    if (above === path) throw error;
    return nearestThere(above);
  }
}

function missing(path: string, isFolder: boolean): string {
  if (isFolder) return may(path, constants.X_OK) ? (may(path, constants.R_OK) ? "write into" : "list") : "look into";
  return may(path, constants.R_OK) ? "write" : "read";
}

function may(path: string, right: number): boolean {
  try {
    accessSync(path, right);
    return true;
  } catch {
    return false;
  }
}

/** As the system calls this user, or the number. */
function nameOf(uid: number): string {
  try {
    if (uid === process.geteuid?.()) return userInfo().username;
    const line = readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .find((one) => one.split(":")[2] === `${uid}`);
    return line?.split(":")[0] ?? `user ${uid}`;
  } catch {
    return `user ${uid}`;
  }
}
