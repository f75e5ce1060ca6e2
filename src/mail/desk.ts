import type { Settings } from "../config.ts";
import type { Language } from "../domain/languages.ts";
import type { Role } from "../domain/role.ts";
import { shownName } from "../domain/service-name.ts";
import { translator, type Values } from "../i18n/catalogue.ts";
import { formatDateTime, formatDay, formatList } from "../i18n/format.ts";
import { harmlessName, harmlessService, oneLine } from "./harmless.ts";
import type { LetterSecrets, Person } from "./letters.ts";

export type LetterSettings = Pick<Settings, "baseUrl" | "timeZone" | "products" | "mailFrom">;

export type Scene = {
  language: Language;
  settings: LetterSettings;
  /** Undefined: they were erased, or are not to be shown; codes are masked then. */
  secrets: LetterSecrets | undefined;
};

/** What a letter is written with. All that it gives is fit to stand in a letter. */
export interface Desk {
  readonly language: Language;
  /** A text of letters.json. */
  t(key: string, values?: Values): string;
  name(person: Person): string;
  /** Name and handle. */
  person(person: Person): string;
  /** The name that somebody gave to a program. */
  application(name: string): string;
  service(name: string): string;
  product(path: string): string;
  roles(roles: readonly Role[]): string;
  /** An instant (ms), with its zone. */
  instant(at: number): string;
  day(day: string): string;
  address(email: string): string;
  /** The n-th code, or its mask. */
  secret(index: number): string;
  /** The page of a request; with the code, which then ends the link (§7). */
  requestLink(id: number, code?: string): string;
  confirmLink(code: string): string;
  resetLink(code: string): string;
  /** The page where keys are revoked. */
  keysLink(): string;
}

const mask = "•••";

export function openDesk({ language, settings, secrets }: Scene): Desk {
  const { t } = translator(language);
  const name = (person: Person): string => harmlessName(person.name) || person.handle;
  return {
    language,
    t: (key, values) => t(`letters:${key}`, values),
    name,
    person: (person) => `${name(person)} (${oneLine(person.handle)})`,
    application: harmlessName,
    service: (stored) => harmlessService(shownName(stored)),
    product: (path) => settings.products.find((product) => product.path === path)?.names[language] ?? oneLine(path),
    roles: (roles) =>
      formatList(
        language,
        roles.map((role) => t(`terms:role.full.${role}`)),
      ),
    instant: (at) => formatDateTime(language, at, settings.timeZone),
    day: (day) => formatDay(language, day),
    address: oneLine,
    secret: (index) => secrets?.[index] ?? mask,
    requestLink: (id, code) => `${settings.baseUrl}/useraccount/contacts/${id}?tab=REQUESTS${code === undefined ? "" : `&token=${code}`}`,
    confirmLink: (code) => `${settings.baseUrl}/confirm-address?token=${code}`,
    resetLink: (code) => `${settings.baseUrl}/reset-password?token=${code}`,
    keysLink: () => `${settings.baseUrl}/useraccount/keys`,
  };
}
