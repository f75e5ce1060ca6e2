import type { Desk } from "../desk.ts";
import type { Draft } from "../draft.ts";
import type { ChangeFacts, Part } from "../letters.ts";
import { greeting, paragraph } from "./blocks.ts";
import { changeValues, handover, particulars, recipientOf, wordsFor } from "./change-blocks.ts";

/** Goes to each approver, to the replaced contact, and to the admin where somebody gave his own place away (§7). */
export function changeDone(facts: ChangeFacts & { part: Part }, desk: Desk): Draft {
  const values = changeValues(desk, facts);
  const words = wordsFor(facts);
  const toYou = recipientOf(facts, facts.part)?.handle === facts.to.handle;
  return {
    subject: desk.t("change-done.subject", values),
    preview: desk.t(`change-done.intro.${words}`, values),
    title: desk.t(toYou ? "change.title.done-you" : "change.title.done", values),
    blocks: [
      greeting(desk, recipientOf(facts, facts.part)),
      paragraph(desk.t(`change-done.intro.${words}`, values)),
      handover(desk, facts, "done"),
      particulars(desk, facts),
      ...(leavesKeys(facts) ? [paragraph(desk.t("change-done.keys", values))] : []),
      { kind: "action", label: desk.t("change.see"), url: desk.requestLink(facts.id) },
    ],
  };
}

/** Who ran the service knows its passwords; to himself that need not be said, and a billing contact has none. */
function leavesKeys(facts: ChangeFacts & { part: Part }): boolean {
  return recipientOf(facts, facts.part)?.handle !== facts.from.handle && facts.roles.some((role) => role !== "billing");
}
