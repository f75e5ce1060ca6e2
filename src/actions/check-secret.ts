import type { Context } from "../context.ts";

const key = "secret-fingerprint";

/** The database was made with a secret that is not in the list: codes, sessions and waiting letters could not be read. */
export class WrongSecret extends Error {
  override readonly name = "WrongSecret";

  constructor() {
    super("This data was made with another secret. Set HANDOVER_SECRET to the one it was made with; to change it, put the new one before it: new,old.");
  }
}

/** Keeps the fingerprint of the first secret ever used, and refuses to go on with others (§10 of SPEC.md); a list that holds the known one makes its newest known. */
export async function checkSecret(context: Context): Promise<void> {
  const [newest = "", ...older] = context.secrets.fingerprints();
  const known = await context.store.read.selectFrom("setting").select("value").where("key", "=", key).executeTakeFirst();
  if (known?.value === newest) return;
  await context.store.write(async ({ db }) => {
    const present = await db.selectFrom("setting").select("value").where("key", "=", key).executeTakeFirst();
    if (present && ![newest, ...older].includes(present.value)) throw new WrongSecret();
    await db
      .insertInto("setting")
      .values({ key, value: newest })
      .onConflict((conflict) => conflict.column("key").doUpdateSet({ value: newest }))
      .execute();
  });
}
