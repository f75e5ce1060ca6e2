import type { Context } from "../../context.ts";
import { beginSearched, findUnready, findUnsearched, searchMore } from "../../storage/queries/searched-names.ts";

/** So few that nobody who waits for the writer notices. */
const batch = 250;

/**
 * Writes the names of accounts that have grown large into the index that search uses (decision 9), in small batches; cut off anywhere, the next call
 * goes on. Until an account's names are all there, a search reads through them. Gives how many accounts became ready.
 */
export async function indexNames({ store }: Pick<Context, "store">): Promise<number> {
  const grown = await findUnsearched(store.read);
  if (grown.length > 0) await store.write((tx) => beginSearched(tx, grown));
  const unready = await findUnready(store.read);
  for (const account of unready) {
    for (let more = true; more; ) more = await store.write((tx) => searchMore(tx, account, batch));
  }
  return unready.length;
}
