import type { Desk } from "../desk.ts";
import type { Draft } from "../draft.ts";
import { changeEnded, type EndedFacts } from "./change-ended.ts";

export function changeExpired(facts: EndedFacts, desk: Desk): Draft {
  return changeEnded("expired", facts, desk.t("change-expired.why", { time: desk.instant(facts.expiresAt) }), desk);
}
