import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { migrations } from "../../../src/storage/migrations/index.ts";
import { migrate } from "../../../src/storage/migrator.ts";
import { insertServices } from "../../../src/storage/queries/insert-services.ts";
import { openSqlite } from "../../../src/storage/sqlite.ts";
import type { Transaction } from "../../../src/storage/store.ts";
import { Command, killSometime, succeed } from "./command.ts";
import { damageIn, shapeOf, sumOf } from "./contents.ts";
import type { OpenJob } from "./job.ts";

const accounts = 300;
const invoices = 2000;

/** `handover migrate` on a database that has the first migration only, with rows. */
export const migration: OpenJob = async ({ random }, folder) => {
  const origin = join(folder, "origin");
  await mkdir(origin);
  await makeOldDatabase(join(origin, "handover.db"));
  const before = shapeOf(join(origin, "handover.db"));
  const sum = sumOf(join(origin, "handover.db"), before);
  const data = join(folder, "data");
  const startOver = async (): Promise<void> => {
    await rm(data, { recursive: true, force: true });
    await cp(origin, data, { recursive: true });
  };
  await startOver();
  const usual = await succeed(data, ["migrate"]);
  const after = JSON.stringify(shapeOf(join(data, "handover.db")));
  return {
    name: "migration",
    once: async () => {
      await startOver();
      const hit = await killSometime({ random }, new Command(data, ["migrate"]), usual, { folder: data, name: /-wal$/ });
      await succeed(data, ["migrate"]);
      const file = join(data, "handover.db");
      const faults = damageIn(file);
      if (sumOf(file, before) !== sum) faults.push("rows changed in a migration that was killed");
      if (JSON.stringify(shapeOf(file)) !== after) faults.push("the tables are others after a migration that was killed");
      return { hit, faults };
    },
    close: () => Promise.resolve({}),
  };
};

/** As version 0.1.0 has left it. */
async function makeOldDatabase(file: string): Promise<void> {
  const store = await openSqlite({ file, clock: Date.now });
  const [name = "", first] = Object.entries(migrations)[0] ?? [];
  if (!first) throw new Error("there is no first migration");
  await migrate(store, { [name]: first });
  await store.write(fill);
  await store.close();
}

async function fill({ db }: Transaction): Promise<void> {
  const made = { email_verified_at: 1, language: "en", password_hash: null, status: "active", asking_blocked_until: null, created_at: 1 } as const;
  const ids: number[] = [];
  for (let n = 0; n < accounts; n++) {
    const [handle, email] = [`mg${100_000 + n}-ovh`, `m${n}@players.example`];
    const { id } = await db
      .insertInto("account")
      .values({ ...made, handle, name: `Account ${n}`, email, email_key: email })
      .returning("id")
      .executeTakeFirstOrThrow();
    ids.push(id);
  }
  const holder = (n: number): number => ids[n % ids.length] ?? 0;
  const common = {
    product: "domain",
    created_on: "2025-01-15",
    expires_on: null,
    renewal: "automatic",
    owner_json: "{}",
    arrived_at: 1,
    removed_at: null,
  } as const;
  const services = Array.from({ length: 900 }, (_, n) => ({
    ...common,
    name: `old${n}.example`,
    admin_id: holder(n),
    tech_id: holder(n + 1),
    billing_id: holder(n + 2),
  }));
  await insertServices(db, services);
  const owed = { order_ref: "o1", amount_minor: 1200, currency: "EUR", issued_on: "2025-12-01", due_on: "2099-12-01", paid_on: null };
  for (let n = 0; n < invoices; n++)
    await db
      .insertInto("invoice")
      .columns(["id", "account_id", "order_ref", "amount_minor", "currency", "issued_on", "due_on", "paid_on"])
      .values({ ...owed, id: `R-${n}`, account_id: holder(n) })
      .execute();
}
