import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { pageOfRequests } from "./request-pages.ts";
import { type RequestView, viewRequests } from "./request-view.ts";

/** One request, for those who see it: requester, newcomer, replaced contact, present admin (§10). For others it does not exist. */
export async function showRequest({ store, clock }: Context, actor: AccountActor, { id }: { id: number }): Promise<RequestView> {
  const found = await pageOfRequests(store.read, actor.id, { id }, clock());
  const [view] = await viewRequests(store.read, found, actor.id, clock());
  return view ?? refuse({ code: "request-not-found", id });
}
