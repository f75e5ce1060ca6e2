import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { openSqlite } from "../../../src/storage/sqlite.ts";
import { benchSecrets, furnish } from "../furnish.ts";
import { Command, killSometime, succeed } from "./command.ts";
import { damageIn, shapeOf, sumOf } from "./contents.ts";
import type { OpenJob } from "./job.ts";

/** `handover restore`: at every moment the old database or the new one, whole. */
export const restore: OpenJob = async ({ random }, folder) => {
  const origin = join(folder, "origin");
  await mkdir(origin);
  await succeed(origin, ["migrate"]);
  const file = join(folder, "backup.db");
  await fill(origin, 1);
  await succeed(origin, ["backup", file]);
  await fill(origin, 2);
  const place = join(origin, "handover.db");
  const shape = shapeOf(place);
  const [old, wanted] = [sumOf(place, shape), sumOf(file, shape)];
  const data = join(folder, "data");
  const startOver = async (): Promise<void> => {
    await rm(data, { recursive: true, force: true });
    await cp(origin, data, { recursive: true });
  };
  await startOver();
  const usual = await succeed(data, ["restore", file]);
  return {
    name: "restore",
    once: async () => {
      await startOver();
      const hit = await killSometime({ random }, new Command(data, ["restore", file]), usual, { folder: data, name: /^\.restoring/, size: 0 });
      const found = join(data, "handover.db");
      const faults = damageIn(found);
      if (![old, wanted].includes(sumOf(found, shape))) faults.push("after a restore that was killed the database is neither the old nor the new one");
      await succeed(data, ["restore", file]);
      faults.push(...damageIn(found));
      if (sumOf(found, shape) !== wanted) faults.push("a restore that was killed and done again has not brought the backup back");
      if (sumOf(file, shape) !== wanted) faults.push("a restore has changed the backup");
      return { hit, faults };
    },
    close: () => Promise.resolve({}),
  };
};

/** Services that are there before and after the backup. */
async function fill(data: string, round: number): Promise<void> {
  const store = await openSqlite({ file: join(data, "handover.db"), clock: Date.now });
  if (round === 1) await furnish(store, benchSecrets, { services: 300, accounts: 100 });
  else await store.write(({ db }) => db.updateTable("account").set({ name: "Changed after the backup" }).execute());
  await store.close();
}
