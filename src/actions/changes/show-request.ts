import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { findRequest, isParty } from "../../storage/queries/requests.ts";
import { type RequestView, viewRequests } from "./request-view.ts";

/** One request, for those who see it: requester, newcomer, replaced contact, present admin (§10). For others it does not exist. */
export async function showRequest(context: Context, actor: AccountActor, input: { id: number }): Promise<RequestView> {
  const db = context.store.read;
  const request = (await isParty(db, input.id, actor.id)) ? await findRequest(db, input.id) : undefined;
  const [view] = request ? await viewRequests(context, db, [request], actor.id) : [];
  return view ?? refuse({ code: "request-not-found", id: input.id });
}
