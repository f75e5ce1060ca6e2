import { accessSync, constants, globSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where Debian has it, or on the path. */
export const pgbench = (): string => globSync("/usr/lib/postgresql/*/bin/pgbench").sort().at(-1) ?? "pgbench";

/** Those of these programs that this machine does not have. */
export function missingPrograms(programs: readonly string[]): string[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return programs.filter((program) => ![program, ...folders.map((folder) => join(folder, program))].some(isProgram));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
