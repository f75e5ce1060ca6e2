import type { AccountActor, Context } from "../../context.ts";
import { isAnswerable } from "../../domain/change-request.ts";
import { refuse } from "../../domain/refusal.ts";
import { findRequest } from "../../storage/queries/requests.ts";
import { lockService } from "../../storage/queries/services.ts";
import { findRequestOf } from "./answer.ts";
import { closeRequest } from "./close-request.ts";

/**
 * Takes a request back: the requester his own, the present admin any open one on the service, until the last acceptance (§10).
 * No code is needed.
 */
export async function cancelChange(context: Context, actor: AccountActor, input: { id: number }): Promise<void> {
  await context.store.write(async (tx) => {
    const seen = await findRequestOf(tx, actor, input.id);
    const service = await lockService(tx.db, seen.service_id);
    const request = (await findRequest(tx.db, input.id)) ?? refuse({ code: "request-not-found", id: input.id });
    if (request.asker_id !== actor.id && service?.admin_id !== actor.id) refuse({ code: "cancel-not-yours" });
    if (request.state === "doing") refuse({ code: "cancel-too-late" });
    if (!isAnswerable(request.state)) refuse({ code: "request-closed", id: request.id, state: request.state });
    if (request.expires_at <= (await tx.now())) refuse({ code: "request-expired", expiredAt: request.expires_at });
    await closeRequest(context, tx, request, { state: "aborted", by: actor.id }, actor);
  });
}
