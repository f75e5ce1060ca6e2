import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../config/environment.ts";
import { loadSettings, type Settings } from "../config.ts";
import { Misuse } from "./failures.ts";
import { isThere } from "./is-there.ts";

/** The settings, or all that is wrong with them. */
export function readSettings(environment: Environment, mode: "serve" | "demo" | "operate"): Settings {
  const read = loadSettings(environment, mode);
  if ("settings" in read) return read.settings;
  throw new Misuse(["These settings are wrong; docs/operations.md explains them:", ...read.problems.map((problem) => `  ${problem}`)].join("\n"));
}

/** The settings of a command that works on the data of a server or of a demonstration, whose secret lies in its folder. */
export function readOperatorSettings(environment: Environment): Settings {
  const settings = readSettings(environment, "operate");
  if (settings.secrets.length > 0) return settings;
  if (settings.databaseUrl !== undefined) throw new Misuse("HANDOVER_SECRET is not set. Set it and HANDOVER_DATABASE_URL as for the server.");
  try {
    return { ...settings, secrets: [readFileSync(secretFile(settings), "utf8").trim()] };
  } catch (error) {
    if (isThere(secretFile(settings))) throw error;
    throw new Misuse(
      `HANDOVER_SECRET is not set, and ${settings.dataFolder} is not the folder of a demonstration. Set HANDOVER_SECRET and HANDOVER_DATA as for the server.`,
    );
  }
}

/** Where a demonstration keeps its secret. */
export function secretFile(settings: Pick<Settings, "dataFolder">): string {
  return join(settings.dataFolder, "secret");
}

/** The embedded database. */
export function databaseFile(settings: Pick<Settings, "dataFolder">): string {
  return join(settings.dataFolder, "handover.db");
}
