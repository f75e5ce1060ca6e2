import type { Desk } from "../desk.ts";
import type { Draft } from "../draft.ts";
import type { Person } from "../letters.ts";
import { caution, greeting, paragraph } from "./blocks.ts";
import { confirmation } from "./confirmation.ts";

export function confirmAddress({ person }: { person: Person }, desk: Desk): Draft {
  const intro = desk.t("confirm-address.intro", { handle: person.handle });
  return {
    subject: desk.t("confirm-address.subject"),
    preview: intro,
    title: desk.t("confirm-address.subject"),
    blocks: [greeting(desk, person), paragraph(intro), ...confirmation(desk), caution(desk, "signed-up.caution")],
  };
}
