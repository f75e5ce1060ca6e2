import type { Command } from "commander";
import { checkSecret } from "../actions/check-secret.ts";
import { bringUpToDate } from "./bring-up-to-date.ts";
import { readOperatorSettings } from "./read-settings.ts";
import type { Wiring } from "./wiring.ts";

export function addMigrate(program: Command, wiring: Wiring): void {
  program
    .command("migrate")
    .description("Bring the database up to date, or make a new one")
    .addHelpText("after", "\n`serve` does it too, at its start. Before an upgrade make a backup.\n\n  handover migrate\n")
    .action(() => migrate(wiring));
}

async function migrate(wiring: Wiring): Promise<void> {
  const settings = readOperatorSettings(wiring.environment);
  const context = await wiring.open(settings);
  try {
    const ran = await bringUpToDate(context);
    await checkSecret(context);
    console.log(ran.length > 0 ? `Done: ${ran.join(", ")}.` : "The database is up to date.");
  } finally {
    await context.store.close();
  }
}
