import { statSync } from "node:fs";

/** Whether anything stands at this path. Throws where this user may not look: `existsSync` would say that there is nothing. */
export function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
