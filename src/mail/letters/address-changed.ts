import type { Desk } from "../desk.ts";
import type { Draft } from "../draft.ts";
import type { Person } from "../letters.ts";
import { caution, greeting, paragraph } from "./blocks.ts";

/** Goes to the old address. */
export function addressChanged({ person, newEmail }: { person: Person; newEmail: string }, desk: Desk): Draft {
  const intro = desk.t("address-changed.intro", { handle: person.handle, email: desk.address(newEmail) });
  return {
    subject: desk.t("address-changed.subject"),
    preview: intro,
    title: desk.t("address-changed.subject"),
    blocks: [greeting(desk, person), paragraph(intro), caution(desk, "address-changed.caution")],
  };
}
