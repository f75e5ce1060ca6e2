import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { type CredentialRow, findCredentialsOf } from "../../storage/queries/api-keys.ts";
import type { Queryable } from "../../storage/tables.ts";
import { type KeyView, keyView } from "./key-view.ts";

/** A key by which a program acts for the account; that of another is refused as one that does not exist. */
export async function showKey(context: Context, actor: AccountActor, input: { id: number }): Promise<KeyView> {
  return keyView(await credentialOf(context.store.read, actor, input.id), context.clock());
}

/** The row of a key of the account. */
export async function credentialOf(db: Queryable, actor: AccountActor, id: number): Promise<CredentialRow> {
  const [row] = await findCredentialsOf(db, actor.id, id);
  return row ?? refuse({ code: "credential-not-found", id });
}
