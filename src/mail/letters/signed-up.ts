import type { Desk } from "../desk.ts";
import type { Draft } from "../draft.ts";
import type { Person } from "../letters.ts";
import { caution, greeting, paragraph } from "./blocks.ts";
import { confirmation } from "./confirmation.ts";

export function signedUp({ person }: { person: Person }, desk: Desk): Draft {
  const { handle } = person;
  return {
    subject: desk.t("signed-up.subject", { handle }),
    preview: desk.t("signed-up.preview"),
    title: desk.t("signed-up.title", { handle }),
    blocks: [
      greeting(desk, person),
      paragraph(desk.t("signed-up.handle")),
      paragraph(desk.t("signed-up.confirm")),
      ...confirmation(desk),
      caution(desk, "signed-up.caution"),
    ],
  };
}
