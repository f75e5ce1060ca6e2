import type { Context } from "../context.ts";
import type { RunningServer } from "../server.ts";
import { untilToldToStop } from "./until-told-to-stop.ts";
import type { System } from "./wiring.ts";

/** ms for requests in flight when the server stops. */
const patience = 10_000;

/** Runs until somebody says stop; then answers what is in flight, and ends outbox, timers and database in this order. */
export async function runServer(context: Context, server: RunningServer, start: () => Promise<System>, started: () => void | Promise<void>): Promise<void> {
  const told = untilToldToStop();
  const system = await start();
  await started();
  const signal = await told;
  context.log.info({ signal }, "stopping");
  await server.stop(patience);
  await system.stop();
  context.log.info("stopped");
}
