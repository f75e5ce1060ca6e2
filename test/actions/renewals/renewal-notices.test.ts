import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { sql } from "kysely";
import { pino } from "pino";
import { sendRenewalNotices } from "../../../src/actions/renewals/send-renewal-notices.ts";
import { listServices } from "../../../src/actions/services/list-services.ts";
import { removeService } from "../../../src/actions/services/remove-service.ts";
import { renewService } from "../../../src/actions/services/renew-service.ts";
import type { Store } from "../../../src/storage/store.ts";
import { createStage, refusal, type Stage } from "../../support/cast.ts";
import { days, hours, minutes } from "../../support/clock.ts";
import { countStatements } from "../../support/count-statements.ts";
import { eachStore } from "../../support/each-store.ts";

const operator = { kind: "operator", source: "test" } as const;

eachStore("§7, §10: renewal letters", (openStore) => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await createStage({}, openStore);
    await stage.alter("carol", { language: "fi" });
    // It is 15 January 2026, noon: the month before begins on 13 February at 09:00.
    await stage.addService("due.example", { billing: "carol" }, { expiresOn: "2026-03-15" });
  });
  afterEach(() => stage.close());
  const round = () => sendRenewalNotices(stage.context);
  const letters = async () =>
    (await stage.mails()).map((mail) => [mail.letter, ...(mail.facts["in"] ? [mail.facts["in"]] : []), mail.facts["service"], "to", mail.to].join(" "));
  const noonOf = (day: string) => stage.clock.advance(Date.parse(`${day}T12:00:00Z`) - stage.clock.now());
  const renew = (expiresOn: string) => renewService(stage.context, operator, { product: "domain", name: "due.example", expiresOn });

  test("a month before, a week before and when expired, to the billing contact only, each once", async () => {
    const expected: string[] = [];
    for (const [day, letter] of [
      ["2026-02-13", "renewal-due month"],
      ["2026-03-08", "renewal-due week"],
      ["2026-03-16", "service-expired"],
    ] as const) {
      noonOf(day);
      stage.clock.advance(-hours(3) - 1);
      await round();
      assert.deepEqual(await letters(), expected, "not before 09:00");
      stage.clock.advance(1);
      await round();
      await round();
      expected.push(`${letter} due.example to carol`);
      assert.deepEqual(await letters(), expected);
    }
  });
  test("in that account's language", async () => {
    noonOf("2026-02-13");
    await round();
    const row = await stage.store.read.selectFrom("outbox").selectAll().executeTakeFirstOrThrow();
    assert.equal(row.language, "fi");
  });
  test("at once only one, where several moments have passed while nothing ran", async () => {
    noonOf("2026-03-09");
    await round();
    assert.deepEqual(await letters(), ["renewal-due week due.example to carol"]);
  });
  test("a morning on which nothing ran is made up for", async () => {
    noonOf("2026-02-10");
    await round();
    noonOf("2026-02-20");
    await round();
    assert.deepEqual(await letters(), ["renewal-due month due.example to carol"]);
  });
  test("none whose moment lies before the service's arrival here", async () => {
    await stage.addService("late.example", { billing: "carol" }, { expiresOn: "2026-02-10" });
    await stage.addService("gone.example", { billing: "carol" }, { expiresOn: "2026-01-14" });
    await round();
    assert.deepEqual(await letters(), []);
    noonOf("2026-02-03");
    await round();
    assert.deepEqual(await letters(), ["renewal-due week late.example to carol"]);
  });
  test("none for a removed service, nor for one without a date", async () => {
    await removeService(stage.context, operator, { product: "domain", name: "due.example" });
    noonOf("2026-03-16");
    await round();
    assert.deepEqual(await letters(), []);
  });
  test("a hundred and more services of one day are each told once, also when two rounds meet", async () => {
    for (let n = 0; n < 120; n += 1) await stage.addService(`n${n}.example`, { billing: "dave" }, { expiresOn: "2026-03-15" });
    noonOf("2026-02-13");
    await Promise.all([round(), round()]);
    const all = await letters();
    assert.equal(all.length, 121);
    assert.equal(new Set(all).size, 121);
  });
  test("one that cannot be written keeps no other from its turn, is told of, and comes as soon as it can", async () => {
    const ids: number[] = [];
    for (let n = 0; n < 60; n += 1) ids.push(await stage.addService(`n${n}.example`, { billing: "dave" }, { expiresOn: "2026-03-15" }));
    await stage.addService("next.example", { billing: "erin" }, { expiresOn: "2026-03-16" });
    const [stubborn = 0] = ids;
    const release = await refuseNotices(stage.store, stubborn);
    const lines: string[] = [];
    const log = pino({ level: "warn" }, { write: (line: string) => lines.push(line) });
    noonOf("2026-02-12");
    await round();
    noonOf("2026-02-14");
    await sendRenewalNotices({ ...stage.context, log });
    assert.equal((await letters()).length, 61, "those of its batch, of the next, and of the next day");
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", new RegExp(`"level":50.*refused.*"failed":\\[${stubborn}\\]`));
    await release();
    await round();
    await round();
    const all = await letters();
    assert.equal(all.length, 62);
    assert.equal(new Set(all).size, 62);
  });
  test("a round without a new morning reads one row and writes nothing", async () => {
    noonOf("2026-02-13");
    await round();
    stage.clock.advance(minutes(1));
    const counted = countStatements(stage.context);
    await sendRenewalNotices(counted.context);
    assert.equal(counted.count(), 1);
  });

  describe("when a service is renewed", () => {
    test("the billing contact gets a letter with the new date, and lists sort by it", async () => {
      await renew("2027-03-15");
      const [mail] = await stage.mails();
      assert.deepEqual([mail?.letter, mail?.to, mail?.facts["expiresOn"]], ["renewed", "carol", "2027-03-15"]);
      const { rows } = await listServices(stage.context, stage.who.carol, { sort: "renewal" });
      assert.deepEqual(
        rows.map((row) => [row.name, row.expiresOn]),
        [
          ["due.example", "2027-03-15"],
          ["example.net", null],
        ],
      );
    });
    test("the notices count to the new date", async () => {
      noonOf("2026-02-13");
      await round();
      await renew("2027-03-15");
      for (const day of ["2026-03-08", "2026-03-16", "2027-02-13"]) {
        noonOf(day);
        await round();
      }
      assert.deepEqual(
        (await letters()).map((letter) => letter.split(" to ")[0]),
        ["renewal-due month due.example", "renewed due.example", "renewal-due month due.example"],
      );
    });
    test("a date so near that a moment has passed brings no notice of that moment", async () => {
      noonOf("2026-02-01");
      await round();
      await renew("2026-04-01");
      noonOf("2026-03-10");
      await round();
      await renew("2026-04-02");
      stage.clock.advance(days(1));
      await round();
      assert.deepEqual(
        (await letters()).filter((letter) => letter.startsWith("renewal-due")),
        ["renewal-due month due.example to carol"],
      );
    });
    test("the same date again, or an earlier one, brings no letter", async () => {
      await renew("2026-03-15");
      await renew("2026-03-01");
      assert.deepEqual(await letters(), []);
    });
    test("a service that does not exist is refused", async () => {
      const other = renewService(stage.context, operator, { product: "domain", name: "other.example", expiresOn: "2027-01-01" });
      assert.deepEqual(await refusal(other), { code: "service-not-found", service: "other.example" });
    });
  });
});

/** The database refuses notices about this service from now on, until it is released. */
async function refuseNotices(store: Store, serviceId: number): Promise<() => Promise<void>> {
  const run = (statements: readonly string[]) =>
    store.write(async (tx) => {
      for (const statement of statements) await sql.raw(statement).execute(tx.db);
    });
  if (store.engine === "sqlite") {
    await run([`create trigger refusing before insert on renewal_notice when new.service_id = ${serviceId} begin select raise(abort, 'refused'); end`]);
    return () => run(["drop trigger refusing"]);
  }
  await run([
    "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$",
    `create trigger refusing before insert on renewal_notice for each row when (new.service_id = ${serviceId}) execute function refuse()`,
  ]);
  return () => run(["drop trigger refusing on renewal_notice"]);
}
