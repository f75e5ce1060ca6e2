import type { Context } from "../../context.ts";
import { isUsedAnew } from "../../domain/credential-life.ts";
import { type CallerRow, touchCredentials } from "../../storage/queries/api-callers.ts";
import { noteDatabaseTrouble } from "../note-database-trouble.ts";

/** By key. `noted`: when this process last began to write down its use; `waiting`: for the end of the write that is under way, which may be long in coming. */
type Notes = { noted: Map<number, number>; waiting: Map<number, CallerRow>; underWay: boolean };

const kept = new WeakMap<Context["secrets"], Notes>();

/**
 * Writes down that a key was used, unless that was done lately. Of many calls at once one does it, also where the others have read the key before, and
 * keys that are used at once share a write. No call waits for it: reads go on while nothing can be written.
 */
export function noteUse(context: Context, row: CallerRow, now: number): void {
  if (!isUsedAnew(row.last_used_at, now)) return;
  const notes: Notes = kept.get(context.secrets) ?? { noted: new Map(), waiting: new Map(), underWay: false };
  kept.set(context.secrets, notes);
  if (!isUsedAnew(notes.noted.get(row.credential_id) ?? null, now)) return;
  if (notes.noted.size >= 1000) notes.noted.clear();
  notes.noted.set(row.credential_id, now);
  notes.waiting.set(row.credential_id, row);
  if (!notes.underWay) void writeNotes(context, notes);
}

/** So many rows are locked at once. */
const mostTogether = 100;

async function writeNotes(context: Context, notes: Notes): Promise<void> {
  notes.underWay = true;
  while (notes.waiting.size > 0) await writeSome(context, notes, takeSome(notes.waiting));
  notes.underWay = false;
}

function takeSome(waiting: Map<number, CallerRow>): CallerRow[] {
  const some = [...waiting.values().take(mostTogether)];
  for (const row of some) waiting.delete(row.credential_id);
  return some;
}

async function writeSome(context: Context, { noted }: Notes, rows: readonly CallerRow[]): Promise<void> {
  try {
    await context.store.write(async (tx) => touchCredentials(tx.db, rows, await tx.now()));
  } catch (error) {
    for (const row of rows) noted.delete(row.credential_id);
    const doing = `noting that credential ${rows.map((row) => row.credential_id).join(", ")} was used`;
    if (!noteDatabaseTrouble(context, error, { doing })) context.log.error({ err: error }, `${doing} failed`);
  }
}
