import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqlite } from "../../../src/storage/sqlite.ts";
import { judgeContacts } from "../judge/contacts.ts";
import { readAll } from "../judge/rows.ts";
import { Verdict } from "../verdict.ts";
import { Command, killSometime, succeed } from "./command.ts";
import { damageIn } from "./contents.ts";
import type { OpenJob } from "./job.ts";

const accounts = 2000;
const services = 6000;
const invoices = 2000;

/** `handover import` of a file with some thousand lines; it goes on where it was cut off. */
export const bigImport: OpenJob = async ({ random }, folder) => {
  const shop = join(folder, "shop.csv");
  await writeFile(shop, shopOf());
  const origin = join(folder, "origin");
  await mkdir(origin);
  await succeed(origin, ["migrate"]);
  const data = join(folder, "data");
  const startOver = async (): Promise<void> => {
    await rm(data, { recursive: true, force: true });
    await cp(origin, data, { recursive: true });
  };
  await startOver();
  const usual = await succeed(data, ["import", shop]);
  const whole = importedIn(join(data, "handover.db"));
  return {
    name: "import",
    once: async () => {
      await startOver();
      const hit = await killSometime({ random }, new Command(data, ["import", shop]), usual, { folder: data, name: /-wal$/, size: 100_000 });
      const faults = damageIn(join(data, "handover.db"));
      // Killed after the last line was written it is done, and would be told of each line that it exists already.
      if (importedIn(join(data, "handover.db")) !== whole) await succeed(data, ["import", shop]);
      faults.push(...(await faultsOf(data, whole)));
      return { hit, faults };
    },
    close: () => Promise.resolve({}),
  };
};

async function faultsOf(data: string, whole: string): Promise<string[]> {
  const file = join(data, "handover.db");
  const faults = damageIn(file);
  if (importedIn(file) !== whole) faults.push("an import that was killed and done again has left other rows than one that was not");
  const store = await openSqlite({ file, clock: Date.now });
  const verdict = new Verdict();
  judgeContacts(await readAll(store), verdict);
  await store.close();
  return [...faults, ...verdict.faults];
}

/** Everything that came from the file, with names instead of numbers. */
function importedIn(file: string): string {
  const db = new DatabaseSync(file);
  const rows = [
    "select handle, name, email, email_verified_at is not null as verified, status from account order by handle",
    `select product, service.name, a.handle as admin, t.handle as tech, b.handle as billing, expires_on, renewal, owner_json from service
      join account a on a.id = admin_id join account t on t.id = tech_id join account b on b.id = billing_id order by product, service.name`,
    "select invoice.id, handle, amount_minor, currency, due_on, paid_on from invoice join account on account.id = account_id order by invoice.id",
    "select service.name, role, handle from contact_move join service on service.id = service_id join account on account.id = to_id order by 1, 2, 3",
    "select deed, sum(details_json ->> 'rows') as rows from audit group by deed order by deed",
    "select count(*) as letters from outbox",
  ].map((query) => db.prepare(query).all());
  db.close();
  return JSON.stringify(rows);
}

function shopOf(): string {
  const handle = (n: number): string => `im${100_000 + (n % accounts)}-ovh`;
  const lines = ["type,handle,name,email,verified,product,admin,tech,expires,id,account,amount,currency,due"];
  for (let n = 0; n < accounts; n++) lines.push(`account,${handle(n)},Customer ${n},c${n}@players.example,yes,,,,,,,,,`);
  for (let n = 0; n < services; n++) lines.push(`service,,shop${n}.example,,,domain,${handle(n * 7)},${handle(n)},2040-05-06,,,,,`);
  for (let n = 0; n < invoices; n++) lines.push(`invoice,,,,,,,,,R-${n},${handle(n)},12.50,EUR,2040-05-06`);
  return `${lines.join("\n")}\n`;
}
