import { access } from "node:fs/promises";

/** Whether anything stands at this path. */
export function fileExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
