import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";

const { R_OK, W_OK, X_OK } = constants;

/** Refuses, with the system's own error, a database that this user cannot write: SQLite would name neither the file nor what is missing. */
export async function assertUsable(file: string): Promise<void> {
  await access(file, R_OK | W_OK);
  // Its log stands beside it.
  await access(dirname(file), W_OK | X_OK);
}
