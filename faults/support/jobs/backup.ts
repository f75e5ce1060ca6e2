import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { openSqlite } from "../../../src/storage/sqlite.ts";
import { grouped } from "../figures.ts";
import { openDatabase, openFleet } from "../fleet.ts";
import { benchSecrets, forgetLimits, furnish } from "../furnish.ts";
import { judgeContacts } from "../judge/contacts.ts";
import { readAll } from "../judge/rows.ts";
import { judge } from "../judge.ts";
import type { Entry } from "../ledger.ts";
import { startLoad } from "../load.ts";
import { findLostWrites } from "../lost-writes.ts";
import { openMailSink } from "../mail-sink.ts";
import { Verdict } from "../verdict.ts";
import { Command, killSometime, succeed } from "./command.ts";
import { damageIn } from "./contents.ts";
import type { OpenJob } from "./job.ts";

/** `handover backup` beside a server under load: what has the name of a backup is one, and holds all that was acknowledged before it began. */
export const backup: OpenJob = async ({ random }, folder) => {
  const where = { folder: join(folder, "data"), database: { kind: "sqlite" } } as const;
  const backups = join(folder, "backups");
  await mkdir(backups);
  const file = join(backups, "copy.db");
  const sink = await openMailSink();
  const fleet = await openFleet({ ...where, nodes: 1, smtpUrl: sink.url });
  const store = await openDatabase(where);
  await store.migrate();
  const cast = await furnish(store, benchSecrets, { services: 40, accounts: 12 });
  await fleet.start(0);
  const load = startLoad({ url: fleet.url, cast, sink, random, lanes: 8 });
  const usual = await succeed(where.folder, ["backup", file]);
  return {
    name: "backup",
    once: async () => {
      for (const left of await readdir(backups)) await rm(join(backups, left));
      await forgetLimits(store);
      const before = load.ledger.entries.filter((entry) => entry.answer !== undefined);
      const hit = await killSometime({ random }, new Command(where.folder, ["backup", file]), usual, { folder: backups, name: /\.handover-part$/, size: 0 });
      const faults = existsSync(file) ? await faultsOf(file, before) : [];
      await rm(file, { force: true });
      await succeed(where.folder, ["backup", file]);
      faults.push(...(await faultsOf(file, before)));
      return { hit, faults };
    },
    close: async () => {
      try {
        await load.stop();
        const { zeros, faults, counted } = await judge(store, load.ledger, sink.received);
        return { zeros, faults, measured: `${grouped(counted.acknowledged)} acknowledged writes beside the backups` };
      } finally {
        await load.stop(0);
        await store.close();
        await fleet.close();
        await sink.close();
      }
    },
  };
};

async function faultsOf(file: string, before: readonly Entry[]): Promise<string[]> {
  const faults = damageIn(file).map((text) => `a backup is damaged: ${text}`);
  const store = await openSqlite({ file, clock: Date.now });
  try {
    const verdict = new Verdict();
    judgeContacts(await readAll(store), verdict);
    const lost = await findLostWrites(store, before);
    return [...faults, ...verdict.faults, ...lost.slice(0, 5).map((text) => `missing in a backup: ${text}`)];
  } finally {
    await store.close();
  }
}
