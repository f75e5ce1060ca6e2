import type { Context } from "../context.ts";
import { refuse } from "../domain/refusal.ts";
import { type Limit, readUse } from "../storage/queries/limits.ts";

/**
 * Refuses where one of these limits is used up already, and counts nothing. It comes before the transaction that counts: whoever is shut out and goes on
 * costs reads alone, and holds up nobody who writes.
 */
export async function checkLimits({ store, clock }: Context, limits: readonly Limit[]): Promise<void> {
  const uses = await Promise.all(limits.map((limit) => readUse(store.read, limit, clock())));
  const over = uses.find((use) => !use.allowed);
  if (over) refuse({ code: "too-many-tries", retryAt: over.retryAt });
}
