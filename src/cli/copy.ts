import type { Command } from "commander";
import type { Settings } from "../config.ts";
import { CopyDiffers, CopyRefused, UnfitRows } from "../storage/copy-refused.ts";
import { StoreUnavailable } from "../storage/store.ts";
import { tellCopied, tellRows } from "./copy-report.ts";
import { databaseTrouble, unknownTrouble } from "./database-trouble.ts";
import { Failure, Misuse } from "./failures.ts";
import { isThere } from "./is-there.ts";
import { databaseFile, readSettings } from "./read-settings.ts";
import { type Progress, showProgress } from "./show-progress.ts";
import type { Wiring } from "./wiring.ts";

export function addCopy(program: Command, wiring: Wiring): void {
  program
    .command("copy")
    .description("Move to PostgreSQL: copy the embedded database into an empty one there, and compare every value")
    .option("--to <url>", "postgres://user:password@host:5432/database; usually that of HANDOVER_DATABASE_URL, which no list of processes shows")
    .addHelpText("after", example)
    .action(({ to }: { to?: string }) => copy(wiring, to));
}

const example = `
Stop the server first. What was cut off goes on where it stopped when the same command is run again. The embedded database stays as it is.

  HANDOVER_DATABASE_URL=$(cat /etc/handover-database) handover copy
  handover copy --to postgres://handover@db.example/handover
`;

async function copy(wiring: Wiring, to: string | undefined): Promise<void> {
  const { file, url } = readWay(wiring, to);
  const { copyDatabase } = await import("../storage/copy.ts");
  const began = performance.now();
  const bar = new StepBar();
  try {
    const copied = await copyDatabase({ file, url, began: (step, rows) => bar.begin(step, rows), went: (rows) => bar.add(rows) });
    bar.end();
    console.log(tellCopied(copied, performance.now() - began));
  } catch (error) {
    throw told(error, url, bar.used);
  } finally {
    bar.end();
  }
}

/** The address is checked like the setting, whose place it takes. */
function readWay({ environment }: Wiring, to: string | undefined): { file: string; url: string } {
  const settings: Settings = readSettings(to === undefined ? environment : { ...environment, HANDOVER_DATABASE_URL: to }, "operate");
  const file = databaseFile(settings);
  if (!isThere(file)) throw new Misuse(`There is no database in ${settings.dataFolder}. Is HANDOVER_DATA right?`);
  if (settings.databaseUrl === undefined) throw new Misuse("Where to? Set HANDOVER_DATABASE_URL, or say --to postgres://…");
  return { file, url: settings.databaseUrl };
}

const words = { read: "Reading", check: "Checking", copy: "Copying", verify: "Comparing" } as const;

/** One bar for each step. */
class StepBar {
  #shown: Progress | undefined;
  /** Whether any step has begun. */
  used = false;

  begin(step: keyof typeof words, rows: number): void {
    this.end();
    this.used = true;
    this.#shown = showProgress(words[step], rows, "rows");
  }

  add(rows: number): void {
    this.#shown?.add(rows);
  }

  end(): void {
    this.#shown?.end();
    this.#shown = undefined;
  }
}

const differs = "The copy is not what was copied: somebody else has written into it. Drop that database, create it anew and begin again.";

const again = "\nRun the same command again: it goes on where it stopped.";

function told(error: unknown, url: string, begun: boolean): unknown {
  if (error instanceof CopyRefused) return new Failure(error.message);
  if (error instanceof UnfitRows) return new Failure(tellRows("PostgreSQL cannot keep", "value", error.faults, "Nothing was copied."));
  if (error instanceof CopyDiffers) return new Failure(tellRows("The comparison found", "difference", error.faults, differs));
  const trouble = databaseTrouble(error, url);
  if (!trouble && !(error instanceof StoreUnavailable)) return error;
  return new Failure(`${trouble?.text ?? unknownTrouble(error, url)}${begun ? again : ""}`);
}
