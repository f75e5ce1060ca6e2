import type { Desk } from "../desk.ts";
import type { Draft } from "../draft.ts";
import type { ChangeFacts } from "../letters.ts";
import { greeting, paragraph } from "./blocks.ts";
import { changeValues, handover, particulars, recipientOf } from "./change-blocks.ts";

export type EndedFacts = ChangeFacts & { part: "requester" | "newcomer" };

/** What all letters share that tell an approver of an end without a change: by whom, why, and that nothing has changed. */
export function changeEnded(name: "refused" | "cancelled" | "expired" | "failed", facts: EndedFacts, why: string, desk: Desk): Draft {
  const values = changeValues(desk, facts);
  return {
    subject: desk.t(`change-${name}.subject`, values),
    preview: why,
    title: desk.t(`change-${name}.title`),
    blocks: [
      greeting(desk, recipientOf(facts, facts.part)),
      paragraph(why),
      paragraph(desk.t("change.unchanged")),
      handover(desk, facts, "ended"),
      particulars(desk, facts),
      { kind: "action", label: desk.t("change.see"), url: desk.requestLink(facts.id) },
    ],
  };
}
