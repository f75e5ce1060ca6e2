import type { Context } from "../context.ts";
import { findSetting, saveSetting } from "../storage/queries/settings.ts";

const key = "mode";

/** Data of a demonstration is about to be served, whose passwords everybody knows, or real data to be demonstrated, where everybody's mail is readable. */
export class WrongMode extends Error {
  override readonly name = "WrongMode";
}

const advice = {
  serve: "These are the data of a demonstration, with a password that everybody knows.",
  demo: "These are real data; a demonstration would show everybody's mail.",
};

const otherwise = { sqlite: "Set HANDOVER_DATA to another folder.", postgres: "Set HANDOVER_DATABASE_URL to another database." };

/** Marks data with the mode in which it is first used, and refuses the other one ever after. */
export async function checkMode(context: Context): Promise<void> {
  const { mode } = context.settings;
  await context.store.write(async ({ db }) => {
    const known = await findSetting(db, key);
    if (known !== undefined && known !== mode) throw new WrongMode(`${advice[mode]} ${otherwise[context.store.engine]}`);
    if (known === undefined) await saveSetting(db, key, mode);
  });
}
