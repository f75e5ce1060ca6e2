import type { Context } from "../context.ts";
import { findSetting, saveSetting } from "../storage/queries/settings.ts";

const key = "mode";

/** Data of a demonstration is about to be served, whose passwords everybody knows, or real data to be demonstrated, where everybody's mail is readable. */
export class WrongMode extends Error {
  override readonly name = "WrongMode";
}

const advice = {
  serve: "This folder holds the data of a demonstration, with a password that everybody knows. Set HANDOVER_DATA to another folder.",
  demo: "This folder holds real data; a demonstration would show everybody's mail. Set HANDOVER_DATA to another folder.",
};

/** Marks data with the mode in which it is first used, and refuses the other one ever after. */
export async function checkMode(context: Context): Promise<void> {
  const { mode } = context.settings;
  await context.store.write(async ({ db }) => {
    const known = await findSetting(db, key);
    if (known !== undefined && known !== mode) throw new WrongMode(advice[mode]);
    if (known === undefined) await saveSetting(db, key, mode);
  });
}
