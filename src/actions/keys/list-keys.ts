import type { AccountActor, Context } from "../../context.ts";
import { findApplicationsOf, findCredentialsOf } from "../../storage/queries/api-keys.ts";
import { type ApplicationView, applicationView, type KeyView, keyView } from "./key-view.ts";

/** The keys by which programs act for an account, newest first, and the programs of its own of which it has no key. */
export async function listKeys(context: Context, actor: AccountActor): Promise<{ keys: KeyView[]; applications: ApplicationView[] }> {
  const rows = await findCredentialsOf(context.store.read, actor.id);
  const known = new Set(rows.map((row) => row.application_id));
  const applications = await findApplicationsOf(context.store.read, actor.id);
  const now = context.clock();
  return {
    keys: rows.map((row) => keyView(row, now)).reverse(),
    applications: applications.filter(({ id }) => !known.has(id)).map(applicationView),
  };
}
