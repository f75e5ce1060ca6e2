import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { findSession } from "../../../src/actions/accounts/find-session.ts";
import { signIn } from "../../../src/actions/accounts/sign-in.ts";
import { signUp } from "../../../src/actions/accounts/sign-up.ts";
import { refusal } from "../../support/cast.ts";
import { hours } from "../../support/clock.ts";
import { withQuickHashes } from "../../support/count-hashes.ts";
import { eachStore } from "../../support/each-store.ts";
import { createHousehold, faults, type Household, home, password } from "../../support/household.ts";

eachStore("signing up", (openStore) => {
  let house: Household;
  const alice = { name: "Alice Example", email: "alice@example.com", password, language: "nl" as const };

  beforeEach(async () => {
    house = await createHousehold({}, openStore);
  });
  afterEach(() => house.close());

  test("assigns a handle, shows it, and signs in", async () => {
    const { account, session } = await signUp(house.context, home, alice);
    assert.match(account.handle, /^[a-z]{2}[0-9]{6}-ovh$/);
    assert.deepEqual(await findSession(house.context, session), account);
    const { id: _id, handle: _handle, ...rest } = account;
    assert.deepEqual(rest, { name: "Alice Example", email: "alice@example.com", emailVerified: false, language: "nl", status: "active" });
  });

  test("§7 signed up: the account gets its handle and the link that confirms its address", async () => {
    const { account } = await signUp(house.context, home, alice);
    const [letter, ...others] = await house.post();
    assert.deepEqual(others, []);
    assert.equal(letter?.letter, "signed-up");
    assert.equal(letter.to, "alice@example.com");
    assert.deepEqual(letter.facts, { person: { handle: account.handle, name: "Alice Example" } });
    assert.match(letter.codes.join(), /^[A-Za-z0-9]{32}$/);
    assert.deepEqual(await house.deeds(), ["account.signed-up"]);
  });

  test("§10 realm changed: only new handles have the new one, and the old ones still sign in", async () => {
    const before = await signUp(house.context, home, alice);
    const moved = { ...house.context, settings: { ...house.settings, realm: "example" } };
    const after = await signUp(moved, home, { ...alice, email: "bob@example.com" });
    assert.match(before.account.handle, /-ovh$/);
    assert.match(after.account.handle, /-example$/);
    const { account } = await signIn(moved, home, { login: before.account.handle, password: alice.password });
    assert.equal(account.handle, before.account.handle);
  });

  test("never gives a handle twice, not even that of a closed account", async () => {
    const same = new Uint8Array(6);
    const draws = [same, same, same, new Uint8Array([1, 1, 1, 1, 1, 1])];
    const context = { ...house.context, random: (bytes: number) => (bytes === 6 ? (draws.shift() ?? same) : house.context.random(bytes)) };
    const first = await signUp(context, home, alice);
    await house.store.write((tx) => tx.db.updateTable("account").set({ status: "closed" }).execute());
    const second = await signUp(context, home, { ...alice, email: "bob@example.com" });
    assert.equal(first.account.handle, "aa000000-ovh");
    assert.notEqual(second.account.handle, first.account.handle);
    assert.equal(draws.length, 0);
  });

  test("lets several accounts share an address", async () => {
    const one = await signUp(house.context, home, alice);
    const other = await signUp(house.context, home, { ...alice, email: "Alice@Example.com" });
    assert.notEqual(one.account.handle, other.account.handle);
  });

  test("is refused where accounts come from the operator only", async () => {
    const context = { ...house.context, settings: { ...house.settings, signUp: "closed" as const } };
    assert.deepEqual(await refusal(signUp(context, home, alice)), { code: "sign-up-closed" });
  });

  test("says of each field what is wrong with it", async () => {
    const wrong = signUp(house.context, home, { name: " ", email: "alice", password: "short", language: "xx" as "en" });
    assert.deepEqual(await faults(wrong), { name: "name-missing", email: "email-invalid", password: "password-too-short", language: "language-unknown" });
  });

  test("refuses the name and the address as password", async () => {
    for (const known of ["alice example", "ALICE@example.com"]) {
      assert.deepEqual(await faults(signUp(house.context, home, { ...alice, password: known })), { password: "password-is-personal" });
    }
  });

  test("tells nobody the password in a fault", async () => {
    await assert.rejects(
      signUp(house.context, home, { ...alice, password: "hunter2" }),
      (error: Error) => !JSON.stringify(error).includes("hunter2") && !error.message.includes("hunter2"),
    );
    await assert.rejects(
      signUp(house.context, home, { ...alice, name: "hunter2hunter2", password: "hunter2hunter2" }),
      (error: Error) => !error.message.includes("hunter2"),
    );
  });

  test("is limited for each address: five an hour, in whatever case", async () => {
    await withQuickHashes(async () => {
      for (let i = 0; i < 5; i += 1) await signUp(house.context, `192.0.2.${i}`, alice);
      assert.deepEqual(await refusal(signUp(house.context, "192.0.2.9", { ...alice, email: "ALICE@example.com" })), {
        code: "too-many-tries",
        retryAt: house.clock.now() + hours(1),
      });
      house.clock.advance(hours(1));
      await signUp(house.context, "192.0.2.9", alice);
    });
  });

  test("is limited for each client: twenty an hour", async () => {
    await withQuickHashes(async () => {
      for (let i = 0; i < 20; i += 1) await house.join(`n${i}`);
      assert.equal((await refusal(house.join("last"))).code, "too-many-tries");
      await house.join("last", { source: "198.51.100.1" });
    });
  });
});
