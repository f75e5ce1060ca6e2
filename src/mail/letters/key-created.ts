import type { Desk } from "../desk.ts";
import type { Draft } from "../draft.ts";
import type { KeyFacts } from "../letters.ts";
import { caution, greeting, paragraph } from "./blocks.ts";

/** Tells somebody that a program can act for the account from now on. */
export function keyCreated({ person, application, expiresAt }: KeyFacts, desk: Desk): Draft {
  const { handle } = person;
  const name = desk.application(application);
  const intro = desk.t("key-created.intro", { handle, application: name });
  return {
    subject: desk.t("key-created.subject", { handle }),
    preview: intro,
    title: desk.t("key-created.subject", { handle }),
    blocks: [
      greeting(desk, person),
      paragraph(intro),
      {
        kind: "facts",
        rows: [
          { label: desk.t("fact.application"), value: name },
          { label: desk.t("fact.account"), value: handle },
          { label: desk.t("fact.until"), value: expiresAt === null ? desk.t("key-created.no-end") : desk.instant(expiresAt) },
        ],
      },
      { kind: "action", label: desk.t("key-created.action"), url: desk.keysLink() },
      caution(desk, "key-created.caution"),
    ],
  };
}
