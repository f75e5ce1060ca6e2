import type { AccountActor, Context } from "../../context.ts";
import type { State } from "../../domain/change-request.ts";
import { settle } from "../outcome.ts";
import { type AnswerInput, claimAnswer, judgeAnswer } from "./answer.ts";
import { closeRequest } from "./close-request.ts";

/** Refuses a change request with the code from the mail (§5): one refusal ends it, and every approver is told by whom. */
export async function refuseChange(context: Context, actor: AccountActor, input: AnswerInput): Promise<{ state: State }> {
  const outcome = await context.store.write(async (tx) => {
    const judged = await judgeAnswer(context, tx, actor, input);
    if ("refused" in judged) return judged;
    await claimAnswer(tx, judged.ok, "refused", actor);
    await closeRequest(context, tx, judged.ok.request, { state: "refused", by: actor.id }, actor);
    return { ok: { state: "refused" as const } };
  });
  return settle(outcome);
}
