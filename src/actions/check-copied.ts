import { sql } from "kysely";
import type { Context } from "../context.ts";
import { copyMark, halfCopy } from "../storage/copy-mark.ts";
import { findSetting } from "../storage/queries/settings.ts";

/** The database holds a copy that is not whole yet: what is decided here now would be lost, or be decided on half of the data. */
export class HalfCopied extends Error {
  override readonly name = "HalfCopied";

  constructor() {
    super("The database holds a copy from SQLite that is not finished and verified. Run `handover copy` again: it goes on where it stopped.");
  }
}

/** Refuses to work on a copy before its end. */
export async function checkCopied({ store }: Pick<Context, "store">): Promise<void> {
  if (store.engine === "sqlite") return;
  const marks = sql<{ half: boolean; settings: boolean }>`select to_regclass(${halfCopy}) is not null as half, to_regclass('setting') is not null as settings`;
  const [found] = (await marks.execute(store.read)).rows;
  if (found?.half || (found?.settings && (await findSetting(store.read, copyMark)) !== undefined)) throw new HalfCopied();
}
