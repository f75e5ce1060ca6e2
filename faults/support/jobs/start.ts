import { rm } from "node:fs/promises";
import { join } from "node:path";
import { migrations } from "../../../src/storage/migrations/index.ts";
import { spread } from "../figures.ts";
import { openFleet } from "../fleet.ts";
import { spawnServer } from "../node-process.ts";
import { killSometime } from "./command.ts";
import { countOf, damageIn, shapeOf } from "./contents.ts";
import type { OpenJob } from "./job.ts";

/** The first start of a server in an empty folder. */
export const firstStart: OpenJob = async ({ random }, folder) => {
  const data = join(folder, "data");
  const fleet = await openFleet({ folder: data, database: { kind: "sqlite" }, nodes: 1, smtpUrl: "smtp://127.0.0.1:9" });
  const usual = await fleet.start(0);
  await fleet.kill(0);
  const file = join(data, "handover.db");
  const starts: number[] = [];
  const whole = JSON.stringify(shapeOf(file));
  return {
    name: "first start",
    once: async () => {
      await rm(data, { recursive: true, force: true });
      const child = spawnServer(fleet.environmentOf(0));
      const command = {
        process: child,
        get isOver() {
          return child.exitCode !== null || child.signalCode !== null;
        },
      };
      const hit = await killSometime({ random }, command, usual, { folder: data, name: /-wal$/ });
      starts.push(await fleet.start(0));
      await fleet.kill(0);
      const faults = damageIn(file);
      if (JSON.stringify(shapeOf(file)) !== whole) faults.push("tables are missing after a first start that was killed");
      if (countOf(file, "migration") !== Object.keys(migrations).length) faults.push("migrations are missing after a first start that was killed");
      return { hit, faults };
    },
    close: async () => {
      await fleet.close();
      return { measured: `the first start, begun again, takes ${spread(starts)}` };
    },
  };
};
