import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { dropDatabases, giveDatabase } from "../support/command-database.ts";
import { handover } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { folder, remove } = await temporaryFolder();
after(async () => {
  await dropDatabases();
  await remove();
});
const data = join(folder, "data");
await giveDatabase(data);
const run = (...args: string[]) => handover(data, args);

test("the operator's day: account, service, invoice, right, and what is refused", async () => {
  assert.match((await run("migrate")).out, /^Done: /);
  assert.match((await run("migrate")).out, /up to date/);
  const made = await run("account", "create", "--name", "Alice Example", "--email", "alice@example.com", "--language", "nl", "--verified");
  assert.match(made.out, /^[a-z]{2}[0-9]{6}-ovh\n$/);
  const alice = made.out.trim();
  assert.equal((await run("account", "create", "--name", "Bob Example", "--email", "bob@example.com", "--handle", "BB100002-OVH")).out, "bb100002-ovh\n");

  const again = await run("account", "create", "--name", "Bob", "--email", "bob@example.com", "--handle", "bb100002-ovh");
  assert.equal(again.code, 1);
  assert.match(again.err, /^handover: There is an account bb100002-ovh already/);
  const wrong = await run("account", "create", "--name", "Bob", "--email", "nowhere");
  assert.equal(wrong.code, 2);
  assert.match(wrong.err, /^handover: email: /);

  assert.equal((await run("service", "order", "domain", "bücher.example", "--account", alice, "--expires", "2030-01-31")).code, 0);
  assert.match((await run("service", "order", "domain", "xn--bcher-kva.example", "--account", alice)).err, /exists|already/i);
  assert.equal((await run("service", "renew", "domain", "bücher.example", "--until", "2031-01-31")).code, 0);
  assert.equal((await run("service", "lock", "domain", "bücher.example")).code, 0);

  const unknown = await run("service", "renew", "domain", "nono.example", "--until", "2031-01-31");
  assert.deepEqual(
    [unknown.code, unknown.err],
    [1, "handover: There is no service nono.example of this product. Check both, as `handover export services` has them.\n"],
  );
  const nameless = await run("service", "order", "hosting/web", "web1", "--account", alice);
  assert.match(nameless.err, /“web1” cannot be the name of a service of this product\. docs\/import\.md says/);

  const yes = await run("may", alice.toUpperCase(), "pay", "domain", "bücher.example");
  assert.deepEqual([yes.code, yes.out], [0, "yes: billing\n"]);
  const no = await run("may", "bb100002-ovh", "pay", "domain", "bücher.example");
  assert.deepEqual([no.code, no.err], [1, "handover: no: no-role\n"]);

  const invoice = ["invoice", "add", "R-1", "--account", alice, "--amount", "12.50", "--currency", "eur", "--issued", "2026-01-01", "--due", "2026-01-31"];
  assert.match((await run(...invoice)).out, /12\.50 EUR/);
  assert.equal((await run(...invoice)).code, 1);
  assert.equal((await run("invoice", "pay", "R-1", "--on", "2026-01-30")).code, 0);
  assert.equal((await run("invoice", "pay", "R-1")).code, 1);

  assert.equal((await run("invoice", "add", "R-2", "--account", alice, "--amount", "1.00", "--currency", "EUR", "--due", "2026-01-31")).code, 0);
  assert.match((await run("export", "invoices")).out, /R-2,.*,2026-01-31,2026-01-31,|R-2,.*2026-01-31.*2026-01-31/);

  assert.match((await run("account", "close", alice)).err, /still a contact of 1 service/);
  assert.equal((await run("service", "remove", "domain", "bücher.example")).code, 0);
  assert.match((await run("account", "suspend", alice)).out, /is suspended/);
  assert.match((await run("account", "resume", alice)).out, /is active/);
  assert.match((await run("account", "close", alice)).out, /is closed/);
  assert.equal((await run("account", "resume", alice)).code, 1);

  assert.match((await run("mail", "list", "--state", "waiting")).out, /\trenewed\talice@example\.com/);
  assert.match((await run("mail", "list")).err, /There are no failed letters/);
  assert.equal((await run("mail", "retry")).code, 2);
  assert.equal((await run("mail", "retry", "abc")).code, 1);
});

test("§10 the secret: another one is refused, and a list that holds the known one makes its newest known", async () => {
  const old = "the first secret, of 32 characters";
  const next = "the second secret, of 32 characters";
  const own = join(folder, "rotated");
  await giveDatabase(own);
  const withSecret = (...secrets: string[]) => handover(own, ["mail", "list"], { HANDOVER_SECRET: secrets.join(",") });
  await handover(own, ["migrate"], { HANDOVER_SECRET: old.replaceAll(",", "") });
  const [first, second] = [old.replaceAll(",", ""), next.replaceAll(",", "")];
  const refused = await withSecret(second);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /made with another secret.*replaced since, as with an older backup.*NEW,OLD/);
  assert.doesNotMatch(refused.err, /second secret/);
  assert.equal((await withSecret(second, first)).code, 0);
  assert.equal((await withSecret(second)).code, 0);
  assert.equal((await withSecret(first)).code, 2);
});
