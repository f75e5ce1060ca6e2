import type { Context } from "../context.ts";
import { StoreUnavailable, type Transaction } from "../storage/store.ts";
import { noteDatabaseTrouble } from "./note-database-trouble.ts";

/** At a time: visitors need connections too, and one that waits for a lock holds up only itself. */
const lanes = 4;

/**
 * Does for each id what is due, in a transaction of its own: one that fails keeps no other from its turn, and is told in one line with all that failed
 * beside it. `one`: whether there was something to do. Gives how many were done, and how many failed.
 */
export async function eachAlone(
  context: Pick<Context, "store" | "log">,
  chore: string,
  ids: readonly number[],
  one: (tx: Transaction, id: number) => Promise<boolean>,
): Promise<{ done: number; failed: number }> {
  let done = 0;
  const failed = new Map<number, unknown>();
  const left = ids.values();
  const lane = async (): Promise<void> => {
    for (const id of left) {
      try {
        if (await context.store.write((tx) => one(tx, id))) done++;
      } catch (error) {
        failed.set(id, error);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  if (failed.size > 0) tell(context, chore, failed);
  return { done, failed: failed.size };
}

/** A fault is told before a database that was away or held: that passes by itself. */
function tell(context: Pick<Context, "store" | "log">, chore: string, failed: ReadonlyMap<number, unknown>): void {
  const errors = [...failed.values()];
  const error = errors.find((one) => !(one instanceof StoreUnavailable)) ?? errors[0];
  if (noteDatabaseTrouble(context, error, { doing: chore })) return;
  context.log.error(
    { err: error, chore, failed: [...failed.keys()].toSorted((a, b) => a - b) },
    `the chore ${chore} failed for some; they are tried again in a minute`,
  );
}
