import type { AccountActor, Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { findRequest, findRequests, isParty } from "../../storage/queries/requests.ts";
import { type RequestView, viewRequests } from "./request-view.ts";

/** One request, for those who see it: requester, newcomer, replaced contact, present admin (§10). For others it does not exist. */
export async function showRequest(context: Context, actor: AccountActor, input: { id: number }): Promise<RequestView> {
  const db = context.store.read;
  const request = (await isParty(db, input.id, actor.id)) ? await findRequest(db, input.id) : undefined;
  const [view] = request ? await viewRequests(context, db, [request], actor.id) : [];
  return view ?? refuse({ code: "request-not-found", id: input.id });
}

const atOnce = 500;

/** Requests of which the account is known to be a party, in the order of their ids here. */
export async function showRequests(context: Context, actor: AccountActor, ids: readonly number[]): Promise<RequestView[]> {
  const views: RequestView[] = [];
  for (let start = 0; start < ids.length; start += atOnce) {
    const piece = ids.slice(start, start + atOnce);
    const found = new Map((await findRequests(context.store.read, piece)).map((request) => [request.id, request]));
    const requests = piece.flatMap((id) => found.get(id) ?? []);
    views.push(...(await viewRequests(context, context.store.read, requests, actor.id)));
  }
  return views;
}
