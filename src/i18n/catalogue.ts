import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInstance, type i18n, type TOptions } from "i18next";
import { type Language, languages } from "../domain/languages.ts";
import { keepTexts } from "./keep-texts.ts";

export type Values = Readonly<Record<string, string | number>>;

/** The texts of one language. */
export interface Translator {
  readonly language: Language;
  /**
   * The text of a key such as `panel:services.title`, as plain text: whoever writes HTML escapes it. `count` chooses the plural form;
   * `{{n, number}}` in a text writes a number as the language does. Throws where the key, its plural form or a value is missing.
   */
  readonly t: (key: string, values?: Values) => string;
}

/** The texts of a language, read from src/i18n/locales once for all. */
export function translator(language: Language): Translator {
  const known = translators.get(language) ?? makeTranslator(language);
  translators.set(language, known);
  return known;
}

/** All texts of a language by key (`panel:services.title`), as they stand in the files. */
export function textsOf(language: Language): ReadonlyMap<string, string> {
  const files = Object.entries(readLocale(language));
  return new Map(files.flatMap(([file, texts]) => Object.entries(texts).map(([key, text]): [string, string] => [`${file}:${key}`, text])));
}

const translators = new Map<Language, Translator>();
let engine: i18n | undefined;

function makeTranslator(language: Language): Translator {
  engine ??= startEngine();
  const translate = engine.getFixedT(language);
  return { language, t: keepTexts((key, values) => (values ? translate(key, optionsFor(values)) : translate(key))) };
}

/** Names and addresses come from people: a `$t(…)` in them must stay what it is. */
function optionsFor(values: Values): TOptions {
  return { replace: values, nest: false, ...(typeof values.count === "number" ? { count: values.count } : {}) };
}

function startEngine(): i18n {
  const instance = createInstance();
  void instance.init({
    initAsync: false,
    resources: Object.fromEntries(languages.map((language) => [language, readLocale(language)])),
    // A language is complete or it fails: half a page in English would hide what is missing.
    fallbackLng: false,
    ns: ["terms", "panel", "letters", "refusals"],
    keySeparator: false,
    appendNamespaceToMissingKey: true,
    interpolation: { escapeValue: false },
    parseMissingKeyHandler: (key: string, _default: unknown, options?: { count?: number }) => {
      throw new Error(`no text for ${key}${options?.count === undefined ? "" : ` with count ${options.count}`}`);
    },
    missingInterpolationHandler: (text: string, match: RegExpMatchArray) => {
      throw new Error(`no value for ${match[1]} in "${text}"`);
    },
  });
  return instance;
}

function readLocale(language: Language): Record<string, Record<string, string>> {
  const folder = join(import.meta.dirname, "locales", language);
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return Object.fromEntries(
    files.map((name) => [name.slice(0, -".json".length), flatten(JSON.parse(readFileSync(join(folder, name), "utf8")) as Record<string, unknown>)]),
  );
}

/** `{ services: { title: "…" } }` and `{ "services.title": "…" }` are the same to us. */
function flatten(texts: Record<string, unknown>, prefix = ""): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === "string") flat[prefix + key] = value;
    else Object.assign(flat, flatten(value as Record<string, unknown>, `${prefix}${key}.`));
  }
  return flat;
}
