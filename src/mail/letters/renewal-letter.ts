import type { Desk } from "../desk.ts";
import type { Block, Draft } from "../draft.ts";
import type { RenewalFacts } from "../letters.ts";
import { greeting, paragraph } from "./blocks.ts";

/** What the letters to a billing contact share (§3): `key` names subject and text. */
export function renewalLetter(key: string, facts: RenewalFacts, desk: Desk): Draft {
  const values = { service: desk.service(facts.service), day: desk.day(facts.expiresOn) };
  const text = desk.t(`${key}.text`, values);
  return {
    subject: desk.t(`${key}.subject`, values),
    preview: text,
    title: desk.t(`${key}.subject`, values),
    blocks: [greeting(desk, facts.person), paragraph(text), particulars(desk, facts), paragraph(desk.t("renewal.why-you"))],
  };
}

function particulars(desk: Desk, facts: RenewalFacts): Block {
  return {
    kind: "facts",
    rows: [
      { label: desk.t("fact.service"), value: desk.service(facts.service) },
      { label: desk.t("fact.product"), value: desk.product(facts.product) },
      { label: desk.t("fact.until"), value: desk.day(facts.expiresOn) },
      { label: desk.t("fact.renewal"), value: desk.t(`renewal.${facts.renewal}`) },
    ],
  };
}
