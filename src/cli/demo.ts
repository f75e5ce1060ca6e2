import { rename, rm } from "node:fs/promises";
import type { Command } from "commander";
import { checkMode } from "../actions/check-mode.ts";
import { checkSecret } from "../actions/check-secret.ts";
import { localUrl, type Settings } from "../config.ts";
import { Health } from "../health/health.ts";
import { makeSampleData } from "../sample/make-sample-data.ts";
import { listen, type RunningServer } from "../server.ts";
import { demoAccounts } from "./demo-accounts.ts";
import { demoSecret } from "./demo-secret.ts";
import { isThere } from "./is-there.ts";
import { databaseFile, readSettings } from "./read-settings.ts";
import { runServer } from "./run-server.ts";
import { welcome } from "./welcome.ts";
import type { Wiring } from "./wiring.ts";

export function addDemo(program: Command, wiring: Wiring): void {
  program
    .command("demo")
    .description("Try it out on this machine, with sample data and without a mail server")
    .addHelpText("after", example)
    .action(() => demo(wiring));
}

const example = `
Nothing needs to be set. Data stay in ./data (HANDOVER_DATA): remove that folder to begin anew.

  handover demo
  PORT=8080 HANDOVER_DATA=/tmp/handover handover demo
`;

async function demo(wiring: Wiring): Promise<void> {
  const asked = readSettings(wiring.environment, "demo");
  const health = new Health();
  const server = await listen(asked, (path) => health.answer(path));
  try {
    const settings = await settle(asked, server);
    const fresh = !isThere(databaseFile(settings));
    if (fresh) await makeDatabase(wiring, settings);
    const context = await wiring.open(settings, { file: databaseFile(settings) });
    try {
      await context.store.migrate();
      await checkSecret(context);
      await checkMode(context);
      const people = (): ReturnType<typeof demoAccounts> => demoAccounts(context);
      await runServer(
        context,
        { server, health },
        () => wiring.start(context, server, people),
        async () => welcome(settings, await people(), { fresh, askedPort: asked.port }),
      );
    } finally {
      await context.store.close();
    }
  } finally {
    await server.stop(0);
  }
}

/** What is known once the port is: the address; and the demonstration's own secret, unless one was given. */
async function settle(asked: Settings, server: RunningServer): Promise<Settings> {
  const settings = { ...asked, port: server.port };
  const baseUrl = asked.baseUrl === localUrl(asked) ? localUrl(settings) : asked.baseUrl;
  return { ...settings, baseUrl, secrets: asked.secrets.length > 0 ? asked.secrets : [await demoSecret(asked)] };
}

/** Made beside and given its name when it is complete: a start that is cut off leaves no half sample behind. */
async function makeDatabase(wiring: Wiring, settings: Settings): Promise<void> {
  const file = databaseFile(settings);
  const half = `${file}.new`;
  const leftovers = [half, `${half}-wal`, `${half}-shm`, `${file}-wal`, `${file}-shm`];
  await Promise.all(leftovers.map((one) => rm(one, { force: true })));
  let offset = 0;
  const context = await wiring.open(settings, { file: half, clock: () => Date.now() + offset });
  try {
    await context.store.migrate();
    await makeSampleData(context, (ms) => {
      offset = ms;
    });
  } finally {
    await context.store.close();
  }
  await rename(half, file);
}
