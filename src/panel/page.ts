import type { Product } from "../config.ts";
import type { Language } from "../domain/languages.ts";
import type { Values } from "../i18n/catalogue.ts";
import type { DateLength } from "../i18n/format.ts";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** Who looks at the page. */
export type Viewer = { readonly id: number; readonly handle: string; readonly name: string; readonly email: string; readonly emailVerified: boolean };

/** What every page is given beside its own view: the reader's language, and everything that the frame of the page shows. */
export interface Page {
  readonly language: Language;
  readonly t: (key: string, values?: Values) => string;
  /** Times: ms, in the operator's time zone; days: `YYYY-MM-DD`. */
  readonly date: (at: number, length?: DateLength) => string;
  readonly day: (day: string, length?: DateLength) => string;
  readonly time: (at: number) => string;
  readonly dateTime: (at: number) => string;
  readonly number: (value: number) => string;
  /** A decimal amount, such as `12.50`, in its currency. */
  readonly money: (amount: string, currency: string) => string;
  readonly list: (items: readonly string[]) => string;
  readonly now: number;
  readonly today: string;
  readonly theme: Theme;
  readonly nonce: string;
  /** Path and query of this page: forms of the frame come back here. */
  readonly here: string;
  readonly viewer: Viewer | undefined;
  readonly products: readonly Product[];
  readonly help: { readonly help?: string; readonly community?: string };
  readonly signUpOpen: boolean;
  /** Whether mails are read at /mailbox, as in the demonstration. */
  readonly mailbox: boolean;
  readonly notice: Notice | undefined;
  /** The Turbo frame that asked for the page, if one did. */
  readonly frame: string | undefined;
}

/** A box at the top of the page that tells, once, what has just been done. */
export type Notice = { readonly look: "done" | "waiting" | "refused"; readonly title: string; readonly text?: string };
