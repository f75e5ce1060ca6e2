import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { type ApplicationRow, findApplication } from "../../storage/queries/api-keys.ts";
import type { Queryable } from "../../storage/tables.ts";
import { type ApplicationView, applicationView } from "./key-view.ts";

/** A program that the account has made; that of another is refused as one that does not exist. */
export async function showApplication(context: Context, actor: AccountActor, input: { id: number }): Promise<ApplicationView> {
  return applicationView(await applicationOf(context.store.read, actor, input.id));
}

/** The row of a program of the account. */
export async function applicationOf(db: Queryable, actor: AccountActor, id: number): Promise<ApplicationRow> {
  const row = await findApplication(db, id);
  return row?.account_id === actor.id ? row : refuse({ code: "application-not-found", id });
}
