import type { Command } from "commander";
import { checkMode } from "../actions/check-mode.ts";
import { checkSecret } from "../actions/check-secret.ts";
import type { Settings } from "../config.ts";
import type { Context } from "../context.ts";
import { Health } from "../health/health.ts";
import { listen } from "../server.ts";
import { bringUpToDate } from "./bring-up-to-date.ts";
import { readSettings } from "./read-settings.ts";
import { runServer } from "./run-server.ts";
import { whenDatabaseIsThere } from "./when-database-is-there.ts";
import type { Wiring } from "./wiring.ts";

export function addServe(program: Command, wiring: Wiring): void {
  program
    .command("serve")
    .description("Run the system for your customers, until SIGINT or SIGTERM")
    .addHelpText("after", example)
    .action(() => serve(wiring));
}

const example = `
It brings the database up to date first. Settings are environment variables; docs/operations.md lists them all. Three are needed:

  HANDOVER_BASE_URL=https://contacts.example.com \\
  HANDOVER_SMTP_URL=smtp://user:password@mail.example.com:587 \\
  HANDOVER_SECRET=$(cat /etc/handover-secret) handover serve
`;

async function serve(wiring: Wiring): Promise<void> {
  const settings = readSettings(wiring.environment, "serve");
  const health = new Health();
  const server = await listen(settings, (path) => health.answer(path));
  try {
    const log = await wiring.log(settings);
    const { context, migrations } = await whenDatabaseIsThere(() => openUpToDate(wiring, settings), { url: settings.databaseUrl, log });
    const { engine } = context.store;
    const data = engine === "sqlite" ? settings.dataFolder : undefined;
    try {
      await runServer(
        context,
        { server, health },
        () => wiring.start(context, server),
        () => log.info({ host: settings.host, port: server.port, baseUrl: settings.baseUrl, engine, data, migrations }, "serving"),
      );
    } finally {
      await context.store.close();
    }
  } finally {
    await server.stop(0);
  }
}

async function openUpToDate(wiring: Wiring, settings: Settings): Promise<{ context: Context; migrations: string[] }> {
  const context = await wiring.open(settings);
  try {
    const migrations = await bringUpToDate(context);
    // First the mode: on a demonstration's data no secret is the right one.
    await checkMode(context);
    await checkSecret(context);
    return { context, migrations };
  } catch (error) {
    await context.store.close();
    throw error;
  }
}
