import type { Desk } from "../desk.ts";
import type { Draft } from "../draft.ts";
import type { Person } from "../letters.ts";
import { recipientOf } from "./change-blocks.ts";
import { changeEnded, type EndedFacts } from "./change-ended.ts";

export function changeCancelled(facts: EndedFacts & { by: Person }, desk: Desk): Draft {
  const mine = facts.by.handle === recipientOf(facts, facts.part)?.handle;
  const why = mine ? desk.t("change-cancelled.by-you") : desk.t("change-cancelled.by", { by: desk.person(facts.by) });
  return changeEnded("cancelled", facts, why, desk);
}
