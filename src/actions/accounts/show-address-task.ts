import type { AccountActor, Context } from "../../context.ts";
import { findAddressChange } from "../../storage/queries/account-links.ts";
import { type AddressTask, addressTask } from "./address-task.ts";

/** One of the account's wishes for another address; undefined where it has none with this id. */
export async function showAddressTask(context: Context, actor: AccountActor, id: number): Promise<AddressTask | undefined> {
  const link = await findAddressChange(context.store.read, actor.id, id);
  return link && addressTask(link, context.clock());
}
