import type { AccountActor, Context } from "../../context.ts";
import { findApplicationsOf } from "../../storage/queries/api-keys.ts";
import { type ApplicationView, applicationView } from "./key-view.ts";

/** The programs that an account has made, oldest first. */
export async function listApplications(context: Context, actor: AccountActor): Promise<ApplicationView[]> {
  return (await findApplicationsOf(context.store.read, actor.id)).map(applicationView);
}
