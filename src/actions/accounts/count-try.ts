import type { Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { countUse, type Limit } from "../../storage/queries/limits.ts";
import { checkLimits } from "../check-limits.ts";

/**
 * Counts a try, and refuses when one of these limits is used up. In a transaction of its own and before the work that the try asks for,
 * so that tries at once cannot outrun the limit. The later limits are not counted when an earlier one refuses: a client that
 * is shut out cannot use up somebody's login.
 */
export async function countTry(context: Context, limits: readonly Limit[]): Promise<void> {
  await checkLimits(context, limits);
  const retryAt = await context.store.write(async (tx) => {
    const now = await tx.now();
    for (const limit of limits) {
      const use = await countUse(tx.db, limit, now);
      if (!use.allowed) return use.retryAt;
    }
    return undefined;
  });
  if (retryAt !== undefined) refuse({ code: "too-many-tries", retryAt });
}
