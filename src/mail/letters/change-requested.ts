import type { Desk } from "../desk.ts";
import type { Block, Draft } from "../draft.ts";
import type { ChangeFacts, Sibling } from "../letters.ts";
import { caution, greeting, paragraph } from "./blocks.ts";
import { changeValues, handover, isTakeOver, openTitle, particulars, recipientOf, wordsFor } from "./change-blocks.ts";

type Facts = ChangeFacts & { part: "requester" | "newcomer"; siblings: Sibling[]; again: boolean };

/** Brings an approver his code (§5, §7). */
export function changeRequested(facts: Facts, desk: Desk): Draft {
  const values = changeValues(desk, facts);
  const words = wordsFor(facts);
  return {
    subject: desk.t("change-requested.subject", values),
    preview: desk.t(`change-requested.intro.${words}`, values),
    title: openTitle(facts, desk),
    blocks: [
      greeting(desk, recipientOf(facts, facts.part)),
      paragraph(desk.t(`change-requested.intro.${words}`, values)),
      ...(facts.again ? [paragraph(desk.t("change-requested.again"))] : []),
      handover(desk, facts, "open"),
      particulars(desk, facts, "expires"),
      ...(facts.roles.includes("admin") ? [paragraph(desk.t("change-requested.admin"))] : []),
      ...answering(desk, facts),
      ...siblings(desk, facts.siblings),
      caution(desk, `change-requested.caution.${facts.part}`),
    ],
  };
}

function answering(desk: Desk, facts: Facts): Block[] {
  const code = desk.secret(0);
  const other = desk.name(facts.part === "requester" ? facts.to : facts.asker);
  return [
    { kind: "action", label: desk.t("change.answer"), url: desk.requestLink(facts.id, code) },
    { kind: "code", label: desk.t("change.code"), code, hint: desk.t("change.code-hint", { handle: recipientOf(facts, facts.part)?.handle ?? "" }) },
    paragraph(isTakeOver(facts) ? desk.t("change-requested.effect-alone") : desk.t("change-requested.effect", { other })),
  ];
}

/** The other requests of the same call that await the same recipient: each letter names the other (§10). */
function siblings(desk: Desk, others: readonly Sibling[]): Block[] {
  if (others.length === 0) return [];
  const items = others.map(({ id, roles, from, to }) =>
    desk.t("change-requested.sibling", { id, roles: desk.roles(roles), from: desk.name(from), to: desk.name(to) }),
  );
  return [paragraph(desk.t("change-requested.siblings", { count: others.length })), { kind: "list", items }];
}
