import type { Desk } from "../desk.ts";
import type { Draft } from "../draft.ts";
import type { Person } from "../letters.ts";
import { caution, greeting, paragraph } from "./blocks.ts";
import { confirmation } from "./confirmation.ts";

/** Goes to the new address. */
export function changeAddress({ person, newEmail }: { person: Person; newEmail: string }, desk: Desk): Draft {
  const intro = desk.t("change-address.intro", { handle: person.handle, email: desk.address(newEmail) });
  return {
    subject: desk.t("change-address.subject"),
    preview: intro,
    title: desk.t("change-address.subject"),
    blocks: [
      greeting(desk, person),
      paragraph(intro),
      paragraph(desk.t("change-address.until-then")),
      ...confirmation(desk),
      caution(desk, "change-address.caution"),
    ],
  };
}
