import type { Context } from "../context.ts";
import { claimSetting, findSetting, saveSetting } from "../storage/queries/settings.ts";

const key = "secret-fingerprint";

/** The database was made with a secret that is not in the list: codes, sessions and waiting letters could not be read. */
export class WrongSecret extends Error {
  override readonly name = "WrongSecret";

  constructor() {
    super(
      "This data was made with another secret. Set HANDOVER_SECRET to the one it was made with. If that has been replaced since, as with an older backup, or is to be replaced now: both, the new one first: NEW,OLD (docs/operations.md).",
    );
  }
}

/** Keeps the fingerprint of the first secret ever used, and refuses to go on with others (§10 of SPEC.md); a list that holds the known one makes its newest known. */
export async function checkSecret(context: Context): Promise<void> {
  const [newest = "", ...older] = context.secrets.fingerprints();
  if ((await findSetting(context.store.read, key)) === newest) return;
  await context.store.write(async ({ db }) => {
    // Of two nodes that begin with different secrets at once, the second finds the first's.
    if (await claimSetting(db, key, newest)) return;
    const known = await findSetting(db, key);
    if (known === undefined || ![newest, ...older].includes(known)) throw new WrongSecret();
    await saveSetting(db, key, newest);
  });
}
