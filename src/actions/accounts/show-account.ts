import type { AccountActor, Context } from "../../context.ts";
import { type AccountView, viewAccount } from "./account-view.ts";
import { activeAccount } from "./active-account.ts";

/** The account that acts, as it is now. */
export async function showAccount(context: Context, actor: AccountActor): Promise<AccountView> {
  return viewAccount(context.store.read, await activeAccount(context.store.read, actor.id), context.clock());
}
