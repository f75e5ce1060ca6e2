import type { FailureReason } from "../../domain/change-request.ts";
import type { Desk } from "../desk.ts";
import type { Draft } from "../draft.ts";
import { changeEnded, type EndedFacts } from "./change-ended.ts";

export function changeFailed(facts: EndedFacts & { reason: FailureReason }, desk: Desk): Draft {
  return changeEnded("failed", facts, desk.t(`change-failed.why.${facts.reason}`), desk);
}
