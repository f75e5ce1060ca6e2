import { indexNames } from "../src/actions/services/index-names.ts";
import type { Context } from "../src/context.ts";

/** What the chore of each minute has done long before on a real site: a search finds the names of large accounts in their index. */
export async function indexAllNames(context: Pick<Context, "store">): Promise<void> {
  for (let ready = 1; ready > 0; ) ready = await indexNames(context);
}
