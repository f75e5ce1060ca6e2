import type { AccountActor, Context } from "../../context.ts";
import { addressChangesOf } from "../../storage/queries/account-links.ts";
import { type AddressTask, type AddressTaskState, addressTask } from "./address-task.ts";

/** The account's wishes for another address, the oldest first; those that ended a month ago are forgotten. */
export async function listAddressTasks(context: Context, actor: AccountActor, { state }: { state?: AddressTaskState | undefined }): Promise<AddressTask[]> {
  const now = context.clock();
  const tasks = (await addressChangesOf(context.store.read, actor.id)).map((link) => addressTask(link, now));
  return state === undefined ? tasks : tasks.filter((task) => task.state === state);
}
