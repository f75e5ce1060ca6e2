import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { sql } from "kysely";
import { pino } from "pino";
import { confirmAddress } from "../../../src/actions/accounts/confirm-address.ts";
import { findSession } from "../../../src/actions/accounts/find-session.ts";
import { forgetExpired } from "../../../src/actions/accounts/forget-expired.ts";
import { refusal } from "../../support/cast.ts";
import { days } from "../../support/clock.ts";
import { eachStore } from "../../support/each-store.ts";
import { createHousehold, type Household, home } from "../../support/household.ts";

const nothing = { signatures: 0, answers: 0, sessions: 0, links: 0, limits: 0, keys: 0, tokens: 0 };

eachStore("forgetting what has expired", (openStore) => {
  let house: Household;
  beforeEach(async () => {
    house = await createHousehold({}, openStore);
  });
  afterEach(() => house.close());

  test("leaves what lives", async () => {
    const { session } = await house.join("alice");
    assert.deepEqual(await forgetExpired(house.context), nothing);
    assert.ok(await findSession(house.context, session));
  });

  test("deletes ended sessions and old limits; links stay known for a month after their end", async () => {
    await house.join("alice");
    const code = await house.codeOf("signed-up");
    house.clock.advance(days(8));
    assert.deepEqual(await forgetExpired(house.context), { ...nothing, sessions: 1, limits: 4 });
    assert.deepEqual(await refusal(confirmAddress(house.context, home, { code })), { code: "link-expired" });
    house.clock.advance(days(30));
    assert.equal((await forgetExpired(house.context)).links, 1);
  });

  test("what cannot be deleted keeps nothing else from it, and is told of", async () => {
    await house.join("alice");
    house.clock.advance(days(8));
    const lines: string[] = [];
    const log = pino({ level: "warn" }, { write: (line: string) => lines.push(line) });
    // Of all that is forgotten the first: the table is not there.
    await house.store.write((tx) => sql`alter table api_signature rename to gone`.execute(tx.db));
    assert.deepEqual(await forgetExpired({ ...house.context, log }), { ...nothing, sessions: 1, limits: 4 });
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /"level":50.*api_signature.*"forgetting":"signatures"/);
  });

  test("deletes in several transactions when there is much", async () => {
    const { account } = await house.join("alice");
    await house.store.write(async (tx) => {
      const rows = Array.from({ length: 1200 }, (_, i) => ({ id_hash: `old${i}`, account_id: account.id, created_at: 0, last_seen_at: 0, expires_at: 1 }));
      for (let at = 0; at < rows.length; at += 100)
        await tx.db
          .insertInto("session")
          .values(rows.slice(at, at + 100))
          .execute();
    });
    assert.equal((await forgetExpired(house.context)).sessions, 1200);
  });
});
