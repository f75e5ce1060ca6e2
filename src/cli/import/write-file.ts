import { setTimeout as sleep } from "node:timers/promises";
import { forgetPosition, type ImportKind, importBatch } from "../../actions/import/import-batch.ts";
import type { Imported, ImportOptions } from "../../actions/import/records.ts";
import type { Context, OperatorActor } from "../../context.ts";
import { importKinds } from "./columns.ts";
import type { Position, Staging } from "./staging.ts";

/** ms, about, for which a batch is written: so long others wait for the lock. */
const spell = 100;
/** ms for which others get it then: longer than a server that waits for it ever pauses between two tries (storage/when-unlocked.ts). */
const rest = 10;

const sizes = { least: 256, first: 1024, most: 8192 };

export type Run = ImportOptions & {
  /** Tells this import from others. */
  id: string;
  /** Where it was cut off before. */
  after: Position | undefined;
  wrote(rows: number): void;
  stopped(): boolean;
};

/**
 * Writes the staged lines in short batches, each a transaction of its own that also says how far it is. While others have their turn the next
 * is read, and storage brings its log into the database.
 */
export async function writeFile(context: Context, operator: OperatorActor, staging: Staging, run: Run): Promise<Record<ImportKind, Imported>> {
  const sums = { account: nothing(), service: nothing(), invoice: nothing() };
  let rested: Promise<unknown> = Promise.resolve();
  for (const kind of importKinds) {
    if (run.after && importKinds.indexOf(kind) < importKinds.indexOf(run.after.kind)) continue;
    let size = sizes.first;
    for (const { batch, last } of staging.batches(kind, run.after, () => size)) {
      await rested;
      if (run.stopped()) return sums;
      const began = performance.now();
      add(sums[kind], await importBatch(context, operator, batch, run, run.id, JSON.stringify(last)));
      size = sizeAfter(size, performance.now() - began);
      run.wrote(batch.records.length);
      rested = sleep(rest);
    }
  }
  await forgetPosition(context, run.id);
  return sums;
}

/** How many lines to write next, when so many took so long (ms): as many as a spell has room for, and at most twice as many. Few batches rewrite fewer pages. */
export function sizeAfter(size: number, took: number): number {
  const fitting = Math.round(Math.min((size * spell) / took, size * 2) / sizes.least) * sizes.least;
  return Math.min(Math.max(fitting, sizes.least), sizes.most);
}

const nothing = (): Imported => ({ added: 0, changed: 0, same: 0 });

function add(sum: Imported, more: Imported): void {
  sum.added += more.added;
  sum.changed += more.changed;
  sum.same += more.same;
}
