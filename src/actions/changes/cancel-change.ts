import type { AccountActor, Context } from "../../context.ts";
import { isAnswerable } from "../../domain/change-request.ts";
import { refuse } from "../../domain/refusal.ts";
import { lockRequestOf } from "./answer.ts";
import { closeRequest } from "./close-request.ts";

/**
 * Takes a request back: the requester his own, the present admin any open one on the service, until the last acceptance (§10).
 * No code is needed.
 */
export async function cancelChange(context: Context, actor: AccountActor, input: { id: number }): Promise<void> {
  await context.store.write(async (tx) => {
    const { request, service, now } = await lockRequestOf(tx, actor, input.id);
    if (request.asker_id !== actor.id && service?.admin_id !== actor.id) refuse({ code: "cancel-not-yours" });
    if (request.state === "doing") refuse({ code: "cancel-too-late" });
    if (!isAnswerable(request.state)) refuse({ code: "request-closed", id: request.id, state: request.state });
    if (request.expires_at <= now) refuse({ code: "request-expired", expiredAt: request.expires_at });
    await closeRequest(context, tx, request, { state: "aborted", by: actor.id }, actor);
  });
}
