import { checkCopied } from "../actions/check-copied.ts";
import { checkSecret } from "../actions/check-secret.ts";
import type { Context, OperatorActor } from "../context.ts";
import { DatabaseOlder } from "../storage/store.ts";
import { Misuse } from "./failures.ts";
import { isThere } from "./is-there.ts";
import { databaseFile, readOperatorSettings } from "./read-settings.ts";
import type { Wiring } from "./wiring.ts";

/** Whoever uses the command line is the operator. */
export const operator: OperatorActor = { kind: "operator", source: "cli" };

/** Runs a command of the operator on a database that is there and up to date, beside a running server or not. */
export async function withContext<T>(wiring: Wiring, work: (context: Context) => Promise<T>): Promise<T> {
  const settings = readOperatorSettings(wiring.environment);
  if (settings.databaseUrl === undefined && !isThere(databaseFile(settings)))
    throw new Misuse(`There is no database in ${settings.dataFolder}. Is HANDOVER_DATA right? \`handover migrate\` makes a new one.`);
  const context = await wiring.open(settings);
  try {
    await checkCopied(context);
    const pending = await context.store.pendingMigrations();
    if (pending.length > 0) throw new DatabaseOlder();
    await checkSecret(context);
    return await work(context);
  } finally {
    await context.store.close();
  }
}
