import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { CopySource } from "./copy-source.ts";
import type { SourceTable } from "./copy-tables.ts";

/** Rows after which the event loop has its turn, for the progress that is shown. */
const turn = 5_000;

/** Reads all of these tables: by this the same data are known again, before anything of ours stands where they go. */
export async function digestOf(source: CopySource, tables: readonly SourceTable[], read: (rows: number) => void): Promise<string> {
  const digest = createHash("sha256");
  for (const table of tables) {
    digest.update(JSON.stringify(table));
    let rows = 0;
    for (const values of source.allValues(table)) {
      digest.update(JSON.stringify(values, digits));
      if (++rows % turn > 0) continue;
      read(turn);
      await nextTurn();
    }
    read(rows % turn);
  }
  return digest.digest("hex");
}

const digits = (_: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}` : value);
