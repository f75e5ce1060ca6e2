import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../context.ts";
import type { Health } from "../health/health.ts";
import type { RunningServer } from "../server.ts";
import { untilToldToStop } from "./until-told-to-stop.ts";
import type { System } from "./wiring.ts";

/** ms for requests in flight when the server stops. */
const patience = 10_000;

export type House = { server: RunningServer; health: Health };

/**
 * Runs until somebody says stop. Then readiness goes away first, so that balancers send people elsewhere; after the time to drain it takes nothing new,
 * answers what is in flight, and ends outbox, timers and database in this order.
 */
export async function runServer(context: Context, { server, health }: House, start: () => Promise<System>, started: () => void | Promise<void>): Promise<void> {
  const told = untilToldToStop();
  const system = await start();
  health.serving(context);
  await started();
  const signal = await told;
  const { drainSeconds } = context.settings;
  context.log.info({ signal, drainSeconds }, "stopping");
  health.drain();
  server.drain();
  await sleep(drainSeconds * 1000);
  await server.stop(patience);
  await system.stop();
  context.log.info("stopped");
}
