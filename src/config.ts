import { resolve } from "node:path";
import { type Environment, EnvironmentReader } from "./config/environment.ts";
import { readBaseUrl, readHost, readTrustedProxies } from "./config/read-address.ts";
import { readDatabase } from "./config/read-database.ts";
import { readHelp } from "./config/read-help.ts";
import { readMail } from "./config/read-mail.ts";
import { readProducts } from "./config/read-products.ts";
import { readSecrets } from "./config/read-secrets.ts";
import { readTls } from "./config/read-tls.ts";
import type { Language } from "./domain/languages.ts";
import { isLoopbackHost } from "./domain/loopback.ts";
import { type StandingPolicy, standingPolicies } from "./domain/standing.ts";

/** Everything that can be set, checked and frozen; read from the environment once, at the start. */
export interface Settings {
  readonly mode: "serve" | "demo";
  readonly host: string;
  readonly port: number;
  /** What to try when `port` is taken: a demonstration whose port nobody has chosen. */
  readonly sparePorts?: readonly number[];
  /** Folder of the database and, in the demonstration, of its secret. */
  readonly dataFolder: string;
  /** PostgreSQL, with user and password; undefined: the embedded database in `dataFolder`. */
  readonly databaseUrl: string | undefined;
  /** How many connections to PostgreSQL this process opens at most for reading, and as many for writing; one more while it brings the schema up to date. */
  readonly databaseConnections: number;
  /** Seconds for which a server that was told to stop still answers everything, while /readyz sends balancers elsewhere. */
  readonly drainSeconds: number;
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

/** Every variable that is ours, as docs/operations.md explains them. */
export const variables = [
  "HANDOVER_DATA",
  "HANDOVER_DATABASE_URL",
  "HANDOVER_DATABASE_CONNECTIONS",
  "HANDOVER_DRAIN_SECONDS",
  "HANDOVER_BASE_URL",
  "HANDOVER_SMTP_URL",
  "HANDOVER_MAIL_FROM",
  "HANDOVER_DKIM_DOMAIN",
  "HANDOVER_DKIM_SELECTOR",
  "HANDOVER_DKIM_KEY",
  "HANDOVER_REALM",
  "HANDOVER_SECRET",
  "HANDOVER_REQUEST_DAYS",
  "HANDOVER_STANDING_POLICY",
  "HANDOVER_SIGN_UP",
  "HANDOVER_TIME_ZONE",
  "HANDOVER_TRUSTED_PROXIES",
  "HANDOVER_TLS_CERT",
  "HANDOVER_TLS_KEY",
  "HANDOVER_RESET_BLOCK_HOURS",
  "HANDOVER_PRODUCTS",
  "HANDOVER_HELP",
] as const;

const usualPort = 3000;

/**
 * Reads and checks the whole environment. `operate`: a command of the operator on the data of either mode, which needs neither mail nor an
 * address. Where no secret is given (demo), `secrets` is empty: the one in the data folder counts.
 */
export function loadSettings(environment: Environment, mode: "serve" | "demo" | "operate"): { settings: Settings } | { problems: string[] } {
  const reader = new EnvironmentReader(environment);
  reader.refuseUnknown(variables);
  const settings = readSettings(reader, mode);
  return reader.problems.length ? { problems: reader.problems } : { settings: Object.freeze(settings) };
}

function readSettings(reader: EnvironmentReader, mode: "serve" | "demo" | "operate"): Settings {
  const host = readHost(reader, mode);
  const port = reader.number("PORT", usualPort, { min: 0, max: 65_535 });
  const tls = readTls(reader);
  const secrets = readSecrets(reader, mode === "serve");
  const baseUrl = readBaseUrl(reader, mode) ?? localUrl({ host, port, tls });
  const mail = readMail(reader, URL.parse(baseUrl)?.hostname ?? host);
  if (mode === "serve" && reader.text("HANDOVER_SMTP_URL") === undefined)
    reader.problem("HANDOVER_SMTP_URL", "must be set: codes travel by mail, so there is no service without it");
  return {
    mode: mode === "operate" ? (secrets.length ? "serve" : "demo") : mode,
    host,
    port,
    ...(mode === "demo" && reader.text("PORT") === undefined ? { sparePorts: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((more) => usualPort + more) } : {}),
    dataFolder: resolve(reader.text("HANDOVER_DATA") ?? "data"),
    ...readDatabase(reader),
    // 0: a node without a balancer in front gains nothing by waiting, and Ctrl-C ends at once.
    drainSeconds: reader.number("HANDOVER_DRAIN_SECONDS", 0, { min: 0, max: 60 }),
    baseUrl,
    ...mail,
    realm: readRealm(reader),
    secrets,
    requestDays: reader.number("HANDOVER_REQUEST_DAYS", 7, { min: 1, max: 30 }),
    standing: reader.word("HANDOVER_STANDING_POLICY", standingPolicies, "billing"),
    signUp: reader.word("HANDOVER_SIGN_UP", ["open", "closed"], "open"),
    timeZone: readTimeZone(reader),
    trustedProxies: readTrustedProxies(reader),
    tls,
    resetBlockHours: reader.number("HANDOVER_RESET_BLOCK_HOURS", 24, { min: 0, max: 720 }),
    products: readProducts(reader),
    help: readHelp(reader),
  };
}

/** The address of a server that only this machine reaches; browsers hold `localhost` for as safe as https. */
export function localUrl(at: Pick<Settings, "host" | "port" | "tls">): string {
  const name = isLoopbackHost(at.host) ? "localhost" : at.host.includes(":") ? `[${at.host}]` : at.host;
  return `${at.tls ? "https" : "http"}://${name}:${at.port}`;
}

function readRealm(reader: EnvironmentReader): string {
  const realm = reader.text("HANDOVER_REALM")?.toLowerCase() ?? "ovh";
  if (!/^[a-z0-9]{1,16}$/.test(realm)) reader.problem("HANDOVER_REALM", `“${realm}” is not a word of 1 to 16 letters and digits`);
  return realm;
}

function readTimeZone(reader: EnvironmentReader): string {
  const zone = reader.text("HANDOVER_TIME_ZONE") ?? "UTC";
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    reader.problem("HANDOVER_TIME_ZONE", `“${zone}” is not a time zone such as Europe/Amsterdam`);
    return "UTC";
  }
}
