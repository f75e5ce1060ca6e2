import type { Language } from "../domain/languages.ts";

/** Day and month before the year and a 24-hour clock everywhere: British English and European Portuguese. */
const locales: Readonly<Record<Language, string>> = {
  en: "en-GB",
  nl: "nl-NL",
  fi: "fi-FI",
  pl: "pl-PL",
  es: "es-ES",
  cs: "cs-CZ",
  fr: "fr-FR",
  de: "de-DE",
  it: "it-IT",
  pt: "pt-PT",
};

/** `short` for tables (28 Nov 2026), `long` for sentences (28 November 2026). */
export type DateLength = "short" | "long";

/** The day of an instant (ms) in a time zone (IANA name). */
export function formatDate(language: Language, at: number, timeZone: string, length: DateLength = "long"): string {
  return dates(language, `date/${length}`, timeZone, { day: "numeric", month: length, year: "numeric" }).format(at);
}

const mostDays = 10_000;
const days = new Map<string, string>();

/** A day (`YYYY-MM-DD`), which has no zone. Days come again and again: each is written once. */
export function formatDay(language: Language, day: string, length: DateLength = "long"): string {
  const key = `${language}/${length}/${day}`;
  const known = days.get(key);
  if (known !== undefined) return known;
  const text = formatDate(language, Date.parse(`${day}T00:00:00Z`), "UTC", length);
  if (days.size >= mostDays) days.clear();
  days.set(key, text);
  return text;
}

/** Hours and minutes of an instant (ms). */
export function formatTime(language: Language, at: number, timeZone: string): string {
  return dates(language, "time", timeZone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** Date, time and name of the zone: for what ends at that instant (§10 of SPEC.md). */
export function formatDateTime(language: Language, at: number, timeZone: string, length: DateLength = "long"): string {
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" } as const;
  return dates(language, `date-time/${length}`, timeZone, { day: "numeric", month: length, year: "numeric", ...clock }).format(at);
}

export function formatNumber(language: Language, value: number): string {
  return kept(`${language}/number`, () => new Intl.NumberFormat(locales[language])).format(value);
}

/** A decimal amount, such as `12.50`, in a currency (ISO 4217). */
export function formatMoney(language: Language, amount: string, currency: string): string {
  return kept(`${language}/money/${currency}`, () => new Intl.NumberFormat(locales[language], { style: "currency", currency })).format(Number(amount));
}

/** “a, b and c”. */
export function formatList(language: Language, items: readonly string[]): string {
  return kept(`${language}/list`, () => new Intl.ListFormat(locales[language], { type: "conjunction" })).format(items);
}

/** `kind`: the one name of these options. */
function dates(language: Language, kind: string, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return kept(`${language}/${kind}/${timeZone}`, () => new Intl.DateTimeFormat(locales[language], { ...options, timeZone }));
}

const formatters = new Map<string, unknown>();

/** Making a formatter is dear, using it is cheap. */
function kept<T>(key: string, make: () => T): T {
  const known = formatters.get(key) as T | undefined;
  if (known !== undefined) return known;
  const made = make();
  formatters.set(key, made);
  return made;
}
