import { checkCopied } from "../actions/check-copied.ts";
import type { Context } from "../context.ts";

/** Runs the migrations that wait, and gives their names. A copy that is half made stays as it is: it can only be gone on with as it was begun. */
export async function bringUpToDate(context: Pick<Context, "store">): Promise<string[]> {
  await checkCopied(context);
  const ran = await context.store.migrate();
  // A copy may have begun meanwhile.
  await checkCopied(context);
  return ran;
}
