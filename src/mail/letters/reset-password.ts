import type { Desk } from "../desk.ts";
import type { Block, Draft } from "../draft.ts";
import type { Person } from "../letters.ts";
import { caution, greeting, paragraph } from "./blocks.ts";

type Facts = { people: Person[]; expiresAt: number; blockedHours: number };

/** One letter for all accounts of an address, with a link for each (§10). */
export function resetPassword({ people, expiresAt, blockedHours }: Facts, desk: Desk): Draft {
  const count = people.length;
  const intro = desk.t("reset-password.intro", { count });
  return {
    subject: desk.t("reset-password.subject"),
    preview: intro,
    title: desk.t("reset-password.subject"),
    blocks: [
      greeting(desk, count === 1 ? people[0] : undefined),
      paragraph(intro),
      ...people.map((person, index) => link(desk, person, index)),
      paragraph(desk.t("reset-password.until", { count, time: desk.instant(expiresAt) })),
      ...(blockedHours > 0 ? [paragraph(desk.t("reset-password.blocked", { count: blockedHours }))] : []),
      caution(desk, "reset-password.caution"),
    ],
  };
}

function link(desk: Desk, person: Person, index: number): Block {
  return { kind: "action", label: desk.t("reset-password.action", { handle: person.handle }), url: desk.resetLink(desk.secret(index)) };
}
