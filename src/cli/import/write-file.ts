import { setTimeout as sleep } from "node:timers/promises";
import { forgetPosition, type ImportKind, importBatch } from "../../actions/import/import-batch.ts";
import type { Imported, ImportOptions } from "../../actions/import/records.ts";
import type { Context, OperatorActor } from "../../context.ts";
import { importKinds } from "./columns.ts";
import type { Position, Staging } from "./staging.ts";

/** A length of pieces (storage/queries/in-pieces.ts). */
const batchSize = 1024;
/** ms of writing after which others get their turn … */
const spell = 100;
/** … and ms for which they get it: longer than a server that waits for the lock ever pauses between two tries (storage/when-unlocked.ts). */
const rest = 10;

export type Run = ImportOptions & {
  /** Tells this import from others. */
  id: string;
  /** Where it was cut off before. */
  after: Position | undefined;
  wrote(rows: number): void;
  stopped(): boolean;
};

/** Writes the staged lines in short batches, each a transaction of its own that also says how far it is. */
export async function writeFile(context: Context, operator: OperatorActor, staging: Staging, run: Run): Promise<Record<ImportKind, Imported>> {
  const sums = { account: nothing(), service: nothing(), invoice: nothing() };
  let rested = performance.now();
  for (const kind of importKinds) {
    if (run.after && importKinds.indexOf(kind) < importKinds.indexOf(run.after.kind)) continue;
    for (const { batch, last } of staging.batches(kind, run.after, batchSize)) {
      if (run.stopped()) return sums;
      add(sums[kind], await importBatch(context, operator, batch, run, run.id, JSON.stringify(last)));
      run.wrote(batch.records.length);
      if (performance.now() - rested < spell) continue;
      await sleep(rest);
      rested = performance.now();
    }
  }
  await forgetPosition(context, run.id);
  return sums;
}

const nothing = (): Imported => ({ added: 0, changed: 0, same: 0 });

function add(sum: Imported, more: Imported): void {
  sum.added += more.added;
  sum.changed += more.changed;
  sum.same += more.same;
}
