import type { AccountActor, Context } from "../../context.ts";
import { dayIn } from "../../domain/dates.ts";
import { accountsBehind } from "../../storage/queries/standing.ts";

/** Whether the account that asks is behind with payments. Nobody asks this about another account: it is private (§4 of SPEC.md). */
export async function isBehind(context: Context, actor: AccountActor): Promise<boolean> {
  const today = dayIn(context.settings.timeZone, context.clock());
  return (await accountsBehind(context.store.read, [actor.id], today)).has(actor.id);
}
