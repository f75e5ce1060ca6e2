import { styleText } from "node:util";
import type { Settings } from "../config.ts";
import type { DemoAccount } from "./wiring.ts";

const link = (url: string): string => styleText("cyan", url);

/** Tells on the terminal where to look, whom to sign in as, where the mails are, and how to stop. */
export function welcome(settings: Settings, people: readonly DemoAccount[], start: { fresh: boolean; askedPort: number }): void {
  const elsewhere = start.askedPort !== 0 && start.askedPort !== settings.port ? `   (port ${start.askedPort} is taken)` : "";
  const lines = [
    "",
    `  ${styleText("bold", "Handover")} is running:  ${link(settings.baseUrl)}${elsewhere}`,
    "",
    ...whoToBe(people),
    `  Mails:    ${settings.smtpUrl === undefined ? `${link(`${settings.baseUrl}/mailbox`)}   nothing is sent: read there what would be` : "sent by HANDOVER_SMTP_URL"}`,
    `  Data:     ${settings.dataFolder}   ${start.fresh ? "made just now" : "as you left them"}; remove the folder to begin anew`,
    ...(settings.databaseUrl === undefined ? [] : ["            HANDOVER_DATABASE_URL is left alone: a demonstration has its own, embedded database"]),
    "",
    `  Stop with ${styleText("bold", "Ctrl-C")}.`,
    "",
  ];
  console.log(lines.join("\n"));
}

function whoToBe(people: readonly DemoAccount[]): string[] {
  if (people.length === 0) return [];
  const width = Math.max(...people.map((one) => one.name.length));
  const passwords = [...new Set(people.map((one) => one.password))].join(", ");
  return [
    "  Sign in as",
    ...people.map((one) => `    ${styleText("bold", one.handle)}   ${one.name.padEnd(width)}   ${styleText("dim", one.about)}`),
    `  Password: ${styleText("bold", passwords)}   (for all of them)`,
    "",
  ];
}
