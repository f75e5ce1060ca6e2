import type { Language } from "./domain/languages.ts";
import type { StandingPolicy } from "./domain/standing.ts";

/** Everything that can be set, checked and frozen; read from the environment once, at the start. */
export interface Settings {
  readonly mode: "serve" | "demo";
  readonly host: string;
  readonly port: number;
  /** Folder of the database and, in the demonstration, of its secret. */
  readonly dataFolder: string;
  /** Without a slash at its end; links in letters begin with it, and it is the origin that forms must come from. */
  readonly baseUrl: string;
  /** `smtp://` or `smtps://` with user and password; undefined in a demonstration: letters stay readable at /mailbox. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly dkim: { domain: string; selector: string; privateKey: string } | undefined;
  readonly realm: string;
  /** Newest first. */
  readonly secrets: readonly string[];
  /** 1 to 30. */
  readonly requestDays: number;
  readonly standing: StandingPolicy;
  readonly signUp: "open" | "closed";
  /** IANA name; dates of invoices and renewals are days there. */
  readonly timeZone: string;
  /** Address blocks whose word on the client's address counts. */
  readonly trustedProxies: readonly string[];
  readonly tls: { cert: string; key: string } | undefined;
  /** Hours without asking after a password reset by mail (§10 of SPEC.md). */
  readonly resetBlockHours: number;
  readonly products: readonly Product[];
  /** Links to the provider's help and community, by language; the pages show them where they are set. */
  readonly help: Partial<Record<Language, { help?: string; community?: string }>>;
}

/** What a provider sells: a product is configuration, not code. */
export interface Product {
  /** API path of one to three segments, e.g. `hosting/web`. */
  readonly path: string;
  readonly names: Readonly<Record<Language, string>>;
  /** Name of an icon of the panel. */
  readonly icon: string;
  readonly contactsChangeable: boolean;
  readonly ownerEditable: boolean;
  /** Whether the names of its services are domain names (stored as A-labels, shown as U-labels). */
  readonly domainNames: boolean;
}
