import { createPrivateKey } from "node:crypto";
import type { Settings } from "../config.ts";
import type { EnvironmentReader } from "./environment.ts";

/** Where letters leave the house, whom they come from, and how they are signed. */
export function readMail(reader: EnvironmentReader, host: string): Pick<Settings, "smtpUrl" | "mailFrom" | "dkim"> {
  return { smtpUrl: readSmtpUrl(reader), mailFrom: readFrom(reader, host), dkim: readDkim(reader) };
}

function readSmtpUrl(reader: EnvironmentReader): string | undefined {
  const text = reader.text("HANDOVER_SMTP_URL");
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url && ["smtp:", "smtps:"].includes(url.protocol) && url.hostname) return text;
  // The text is not repeated: it may hold a password.
  return reader.problem("HANDOVER_SMTP_URL", "must look like smtp://user:password@mail.example:587 or smtps://mail.example");
}

function readFrom(reader: EnvironmentReader, host: string): string {
  const text = reader.text("HANDOVER_MAIL_FROM") ?? `Handover <no-reply@${host}>`;
  const address = /<([^<>]+)>$/.exec(text)?.[1] ?? text;
  if (!/^[^\s@<>,]+@[^\s@<>,]+$/.test(address))
    reader.problem("HANDOVER_MAIL_FROM", `“${text}” is not an address such as Example Hosting <contacts@example.com>`);
  return text;
}

function readDkim(reader: EnvironmentReader): Settings["dkim"] {
  const names = ["HANDOVER_DKIM_DOMAIN", "HANDOVER_DKIM_SELECTOR", "HANDOVER_DKIM_KEY"] as const;
  const missing = names.filter((name) => reader.text(name) === undefined);
  if (missing.length === names.length) return undefined;
  for (const name of missing) reader.problem(name, "must be set too: letters are signed with domain, selector and key");
  const privateKey = reader.file("HANDOVER_DKIM_KEY");
  const [domain, selector] = names.map((name) => reader.text(name));
  if (!domain || !selector || privateKey === undefined) return undefined;
  try {
    createPrivateKey(privateKey);
    return { domain, selector, privateKey };
  } catch {
    return reader.problem("HANDOVER_DKIM_KEY", "the file holds no private key in PEM form");
  }
}
