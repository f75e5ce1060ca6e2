import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { demoPrefix } from "../config/read-secrets.ts";
import type { Settings } from "../config.ts";
import { secretFile } from "./read-settings.ts";

/** The secret of a demonstration, made at its first start; `serve` knows it by its beginning and refuses it. */
export async function demoSecret(settings: Settings): Promise<string> {
  const file = secretFile(settings);
  await mkdir(settings.dataFolder, { recursive: true, mode: 0o700 });
  try {
    await writeFile(file, `${demoPrefix}${randomBytes(32).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return (await readFile(file, "utf8")).trim();
}
