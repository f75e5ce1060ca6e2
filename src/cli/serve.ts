import type { Command } from "commander";
import { checkMode } from "../actions/check-mode.ts";
import { checkSecret } from "../actions/check-secret.ts";
import { listen } from "../server.ts";
import { databaseFile, readSettings } from "./read-settings.ts";
import { runServer } from "./run-server.ts";
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
  const server = await listen(settings);
  try {
    const context = await wiring.open(settings, { file: databaseFile(settings) });
    try {
      const migrations = await context.store.migrate();
      // First the mode: on a demonstration's data no secret is the right one.
      await checkMode(context);
      await checkSecret(context);
      const at = { host: settings.host, port: server.port, baseUrl: settings.baseUrl, data: settings.dataFolder, migrations };
      await runServer(
        context,
        server,
        () => wiring.start(context, server),
        () => context.log.info(at, "serving"),
      );
    } finally {
      await context.store.close();
    }
  } finally {
    await server.stop(0);
  }
}
