import { z } from "zod";
import type { Language } from "../domain/languages.ts";

const names = [
  ...(["cs_CZ", "de_DE", "en_AU", "en_CA", "en_GB", "en_IE", "en_US", "es_ES", "fi_FI", "fr_CA", "fr_FR", "fr_MA", "fr_SN", "fr_TN"] as const),
  ...(["it_IT", "lt_LT", "nl_NL", "pl_PL", "pt_PT"] as const),
] as const;

/** The languages of OVH's accounts, as `GET /me` names them. */
export const languageEnum = z
  .enum(names)
  .meta({ id: "nichandle.LanguageEnum", description: "Languages that an account can have; lt_LT is known, but there are no texts in it" });

const told = {
  en: "en_GB",
  nl: "nl_NL",
  fi: "fi_FI",
  pl: "pl_PL",
  es: "es_ES",
  cs: "cs_CZ",
  fr: "fr_FR",
  de: "de_DE",
  it: "it_IT",
  pt: "pt_PT",
} as const satisfies Record<Language, string>;

/** How a language of ours is told. */
export function toldLanguage(language: Language): z.output<typeof languageEnum> {
  return told[language];
}

/** The language of ours that one of the enum means, whatever its country; undefined where there are no texts in it. */
export function meantLanguage(text: string): Language | undefined {
  return (Object.keys(told) as Language[]).find((language) => text.startsWith(`${language}_`));
}
