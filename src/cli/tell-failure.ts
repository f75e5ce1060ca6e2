import { CommanderError } from "commander";
import { ZodError } from "zod";
import { HalfCopied } from "../actions/check-copied.ts";
import { WrongMode } from "../actions/check-mode.ts";
import { WrongSecret } from "../actions/check-secret.ts";
import { ImportOutdated } from "../actions/import/records.ts";
import { Refusal } from "../domain/refusal.ts";
import { PortUnavailable } from "../server.ts";
import { DatabaseNewer, DatabaseOlder, StoreDamaged, StoreInDoubt, StoreUnavailable } from "../storage/store.ts";
import { databaseTrouble } from "./database-trouble.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { Failure, Misuse } from "./failures.ts";
import { fileTrouble } from "./file-trouble.ts";
import { operatorWords } from "./operator-words.ts";

type Told = { code: ExitCode; text: string };

/** What a failed command ends with, and what it says on stderr. */
export async function tellFailure(error: unknown, { timeZone, databaseUrl }: { timeZone: string; databaseUrl: string | undefined }): Promise<Told> {
  // Commander has said itself what is wrong; its help and version are no failures.
  if (error instanceof CommanderError) return { code: error.exitCode === 0 ? exitCodes.done : exitCodes.misused, text: "" };
  if (error instanceof Refusal) return { code: exitCodes.failed, text: await refusalWords(error, timeZone) };
  if (error instanceof ZodError) return { code: exitCodes.misused, text: await fieldWords(error) };
  const known = plainFailure(error) ?? databaseFailure(error, databaseUrl) ?? fileTrouble(error);
  if (known) return known;
  return { code: exitCodes.failed, text: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** What they say is what to do. */
const misuses = [Misuse, WrongMode, WrongSecret, HalfCopied, DatabaseNewer, DatabaseOlder];
const failures = [Failure, PortUnavailable, ImportOutdated, StoreDamaged];

function plainFailure(error: unknown): Told | undefined {
  if (!(error instanceof Error)) return undefined;
  if (misuses.some((kind) => error instanceof kind)) return { code: exitCodes.misused, text: error.message };
  if (failures.some((kind) => error instanceof kind)) return { code: exitCodes.failed, text: error.message };
  return undefined;
}

function databaseFailure(error: unknown, databaseUrl: string | undefined): Told | undefined {
  if (error instanceof StoreInDoubt)
    return { code: exitCodes.failed, text: "The database went away over this: nobody knows whether it was done. Look before you do it again." };
  const trouble = databaseTrouble(error, databaseUrl);
  if (trouble) return { code: trouble.passing ? exitCodes.failed : exitCodes.misused, text: trouble.text };
  if (!(error instanceof StoreUnavailable) || fileTrouble(error)) return undefined;
  return { code: exitCodes.failed, text: `The database cannot be written at the moment (${causeOf(error)}). Try again.` };
}

async function refusalWords(error: Refusal, timeZone: string): Promise<string> {
  const own = operatorWords(error.detail);
  if (own !== undefined) return own;
  const { translator } = await import("../i18n/catalogue.ts");
  const { refusalText } = await import("../i18n/refusal-text.ts");
  return refusalText(translator("en"), error.detail, timeZone);
}

/** One line for each field; those of accounts name texts of the pages. */
async function fieldWords(error: ZodError): Promise<string> {
  const { textsOf } = await import("../i18n/catalogue.ts");
  const texts = textsOf("en");
  return error.issues.map((issue) => `${issue.path.join(".")}: ${texts.get(`panel:invalid.${issue.message}`) ?? issue.message}`).join("\n");
}

function causeOf(error: StoreUnavailable): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
