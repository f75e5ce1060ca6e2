import type { Desk } from "../desk.ts";
import type { Draft } from "../draft.ts";
import type { ChangeFacts } from "../letters.ts";
import { greeting, paragraph } from "./blocks.ts";
import { changeValues, handover, openTitle, particulars, recipientOf } from "./change-blocks.ts";

type Facts = ChangeFacts & { part: "requester" | "newcomer"; codeSentAt: number };

/** Reminds of an answer. It brings no code: only a hash of it exists (§5). */
export function changeReminder(facts: Facts, desk: Desk): Draft {
  const values = changeValues(desk, facts);
  const intro = desk.t("change-reminder.intro", { time: desk.instant(facts.expiresAt) });
  return {
    subject: desk.t("change-reminder.subject", values),
    preview: intro,
    title: openTitle(facts, desk),
    blocks: [
      greeting(desk, recipientOf(facts, facts.part)),
      paragraph(intro),
      handover(desk, facts, "open"),
      particulars(desk, facts, "expires"),
      { kind: "action", label: desk.t("change.answer"), url: desk.requestLink(facts.id) },
      paragraph(desk.t("change-reminder.code", { time: desk.instant(facts.codeSentAt) })),
    ],
  };
}
