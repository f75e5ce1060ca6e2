import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { pino } from "pino";
import type { AccountView } from "../../../src/actions/accounts/account-view.ts";
import { createAccount } from "../../../src/actions/accounts/create-account.ts";
import { findSession } from "../../../src/actions/accounts/find-session.ts";
import { openSession } from "../../../src/actions/accounts/open-session.ts";
import { resumeAccount } from "../../../src/actions/accounts/resume-account.ts";
import { suspendAccount } from "../../../src/actions/accounts/suspend-account.ts";
import { secretsFrom } from "../../../src/auth/secrets.ts";
import { StoreUnavailable } from "../../../src/storage/store.ts";
import { days, hours, minutes } from "../../support/clock.ts";
import { eachStore } from "../../support/each-store.ts";
import { createHousehold, type Household, operator } from "../../support/household.ts";

eachStore("a session", (openStore) => {
  let house: Household;
  let alice: AccountView;
  let session: string;
  const find = () => findSession(house.context, session);
  const row = () => house.store.read.selectFrom("session").selectAll().executeTakeFirstOrThrow();

  beforeEach(async () => {
    house = await createHousehold({}, openStore);
    alice = await createAccount(house.context, operator, { name: "Alice", email: "alice@example.com", language: "en" });
    session = await house.store.write((tx) => openSession(house.context, tx, alice.id));
  });
  afterEach(() => house.close());

  test("is 32 bytes of chance, of which the database has a keyed hash only", async () => {
    assert.match(session, /^[A-Za-z0-9_-]{43}$/);
    assert.equal((await row()).id_hash, house.context.secrets.hash("session", session));
    assert.equal(await findSession(house.context, (await row()).id_hash), undefined);
    assert.equal(await findSession(house.context, ""), undefined);
  });

  test("ends after seven days without use", async () => {
    house.clock.advance(days(7) - 1);
    assert.deepEqual(await find(), alice);
    house.clock.advance(days(7) - 1);
    assert.deepEqual(await find(), alice, "each use makes it seven days more");
    house.clock.advance(days(7));
    assert.equal(await find(), undefined);
  });

  test("ends thirty days after signing in, however much it is used", async () => {
    for (let day = 0; day < 29; day += 1) {
      house.clock.advance(days(1));
      assert.ok(await find());
    }
    house.clock.advance(days(1));
    assert.equal(await find(), undefined);
  });

  test("is written at most once an hour", async () => {
    const begun = house.clock.now();
    house.clock.advance(minutes(59));
    await find();
    assert.equal((await row()).last_seen_at, begun);
    house.clock.advance(minutes(1));
    await Promise.all([find(), find(), find()]);
    assert.equal((await row()).last_seen_at, begun + hours(1));
    assert.equal((await row()).expires_at, begun + hours(1) + days(7));
  });

  test("goes on while nothing can be written, which is told once in some seconds", async () => {
    house.clock.advance(hours(1));
    const lines: string[] = [];
    const log = pino({ level: "warn" }, { write: (line: string) => lines.push(line) });
    const write = () => Promise.reject(new StoreUnavailable("the disk is full"));
    const context = { ...house.context, log, store: { ...house.store, write } };
    for (let page = 0; page < 20; page += 1) assert.ok(await findSession(context, session));
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /the disk is full/);
  });

  test("ends when the account is suspended, and does not come back when it is resumed", async () => {
    await suspendAccount(house.context, operator, { handle: alice.handle });
    assert.equal(await find(), undefined);
    await resumeAccount(house.context, operator, { handle: alice.handle });
    assert.equal(await find(), undefined);
  });

  test("lives on when the server's secret is rotated, and dies when the old one goes", async () => {
    const [old = ""] = house.settings.secrets;
    const fresh = "another secret that only the tests know";
    assert.ok(await findSession({ ...house.context, secrets: secretsFrom([fresh, old]) }, session));
    assert.equal(await findSession({ ...house.context, secrets: secretsFrom([fresh]) }, session), undefined);
  });
});
