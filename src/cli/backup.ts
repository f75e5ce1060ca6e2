import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { Failure, Misuse } from "./failures.ts";
import { fileTrouble } from "./file-trouble.ts";
import { isThere } from "./is-there.ts";
import { postgresBackup } from "./postgres-backup.ts";
import { readSettings } from "./read-settings.ts";
import type { Wiring } from "./wiring.ts";
import { withContext } from "./with-context.ts";

export function addBackup(program: Command, wiring: Wiring): void {
  program
    .command("backup")
    .description("Copy the whole database into a new file, while the system runs")
    .argument("<file>", "must not exist yet")
    .addHelpText("after", "\n  handover backup /backup/handover-$(date +%F).db\n\nPostgreSQL has its own tools: docs/operations.md.\n")
    .action(async (file: string) => {
      const { databaseUrl } = readSettings(wiring.environment, "operate");
      if (databaseUrl !== undefined) throw new Misuse(postgresBackup(databaseUrl, resolve(file)));
      await withContext(wiring, (context) => backup(resolve(file), (to) => context.store.backup(to)));
    });
}

async function backup(file: string, copy: (to: string) => Promise<void>): Promise<void> {
  if (isThere(file)) throw new Failure(`${file} exists already. A backup goes into a new file.`);
  if (!isThere(dirname(file))) throw new Failure(`The folder ${dirname(file)} does not exist.`);
  await copy(file).catch((error: unknown) => {
    if (fileTrouble(error)) throw error;
    throw new Failure(`The backup could not be written: ${error instanceof Error ? error.message : String(error)}`);
  });
  const { size } = await stat(file);
  console.log(`${file} (${(size / 1_000_000).toFixed(1)} MB) holds everything but the secret: keep that elsewhere.`);
}
