import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { AccountView } from "../../../src/actions/accounts/account-view.ts";
import { createAccount } from "../../../src/actions/accounts/create-account.ts";
import { findReset } from "../../../src/actions/accounts/find-reset.ts";
import { findSession } from "../../../src/actions/accounts/find-session.ts";
import { forgotPassword } from "../../../src/actions/accounts/forgot-password.ts";
import { resetPassword } from "../../../src/actions/accounts/reset-password.ts";
import { signIn } from "../../../src/actions/accounts/sign-in.ts";
import { suspendAccount } from "../../../src/actions/accounts/suspend-account.ts";
import { refusal } from "../../support/cast.ts";
import { hours } from "../../support/clock.ts";
import { countHashes, withQuickHashes } from "../../support/count-hashes.ts";
import { eachStore } from "../../support/each-store.ts";
import { createHousehold, faults, type Household, home, operator } from "../../support/household.ts";

eachStore("a forgotten password", (openStore) => {
  let house: Household;
  let alice: AccountView;
  const fresh = "a new horse on the stairs";
  const forgot = (login: string, source = home) => forgotPassword(house.context, source, { login });
  const reset = (code: string, password = fresh) => resetPassword(house.context, home, { code, password });
  const add = (name: string, email = `${name}@example.com`, verified = true) =>
    createAccount(house.context, operator, { name: `${name} of the cast`, email, language: "en", verified });
  const letters = async () => house.post("reset-password");
  const people = async () => (await letters()).map(({ facts }) => (facts["people"] as { handle: string }[]).map(({ handle }) => handle));
  /** What asking for this login costs. */
  const writes = async (login: string) => {
    let count = 0;
    const store = Object.assign(Object.create(house.store) as typeof house.store, {
      write: (work: Parameters<typeof house.store.write>[0]) => {
        count += 1;
        return house.store.write(work);
      },
    });
    const hashes = await countHashes(() => forgotPassword({ ...house.context, store }, home, { login }));
    const uses = await house.store.read.selectFrom("rate_limit").select("key").execute();
    return { hashes, count, uses: uses.length };
  };
  const invalid = { code: "link-invalid" };

  beforeEach(async () => {
    house = await createHousehold({}, openStore);
    alice = await add("alice");
  });
  afterEach(() => house.close());

  describe("asking for the letter", () => {
    test("by handle or by address, in any case; it goes to the address of the account", async () => {
      await forgot(alice.handle.toUpperCase());
      await forgot("ALICE@example.com");
      assert.deepEqual(
        (await letters()).map(({ to }) => to),
        ["alice@example.com", "alice@example.com"],
      );
      assert.deepEqual((await letters())[0]?.facts, {
        people: [{ handle: alice.handle, name: "alice of the cast" }],
        expiresAt: house.clock.now() + hours(1),
        blockedHours: 24,
      });
    });
    test("§10 password reset by mail: one mail, with a link for each handle at that address, the one asked for first", async () => {
      const [bob, carol] = [await add("bob", "alice@example.com"), await add("carol", "Alice@example.com", false)];
      await add("dave");
      await forgot(carol.handle);
      assert.deepEqual(await people(), [[carol.handle, alice.handle, bob.handle]]);
      const [letter] = await letters();
      const handles = await Promise.all((letter?.codes ?? []).map(async (code) => (await findReset(house.context, { code })).handle));
      assert.deepEqual(handles, [carol.handle, alice.handle, bob.handle]);
    });
    test("for an address that nobody has confirmed: imported accounts begin so", async () => {
      const erin = await add("erin", "erin@example.com", false);
      await forgot("erin@example.com");
      assert.deepEqual(await people(), [[erin.handle]]);
    });
    test("sends nothing for the unknown, the suspended and the closed, and says nothing of it", async () => {
      const closed = await add("closed", "alice@example.com");
      await house.store.write((tx) => tx.db.updateTable("account").set({ status: "closed" }).where("id", "=", closed.id).execute());
      await suspendAccount(house.context, operator, { handle: alice.handle });
      for (const login of [alice.handle, "alice@example.com", closed.handle, "zz999999-ovh", "nobody@example.com", "???"])
        assert.equal(await forgot(login), undefined);
      assert.deepEqual(await letters(), []);
    });
    test("goes the same way for known and unknown: no hash, as many commits", async () => {
      const known = await writes(alice.handle);
      const unknown = await writes("zz999999-ovh");
      assert.deepEqual({ hashes: known.hashes, count: known.count }, { hashes: 0, count: 2 });
      // The client's limit is there already: two new ones instead of three.
      assert.deepEqual(unknown, { hashes: 0, count: 2, uses: known.uses + 2 });
    });
    test("kills the older link, and drops its letter if it still waits", async () => {
      await forgot(alice.handle);
      const old = await house.codeOf("reset-password");
      await forgot(alice.handle);
      assert.deepEqual(await refusal(findReset(house.context, { code: old })), invalid);
      const states = (await letters()).map(({ state, codes }) => `${state} ${codes.length}`);
      assert.deepEqual(states.sort(), ["dropped 0", "waiting 1"]);
    });
    test("three times an hour for a login, known or not", async () => {
      for (const login of ["alice@example.com", "nobody@example.com"]) {
        for (let i = 0; i < 3; i += 1) await forgot(login, `192.0.2.${i}`);
        assert.deepEqual(await refusal(forgot(login, "192.0.2.9")), { code: "too-many-tries", retryAt: house.clock.now() + hours(1) });
      }
    });
    test("three letters an hour to a mailbox, whichever of its handles is typed", async () => {
      const others = [];
      for (const name of ["bob", "carol", "dave"]) others.push(await add(name, "alice@example.com"));
      for (const { handle } of [alice, ...others]) await forgot(handle);
      assert.equal((await letters()).length, 3);
    });
    test("twenty times an hour from one client", async () => {
      for (let i = 0; i < 20; i += 1) await forgot(`n${i}@example.com`);
      assert.equal((await refusal(forgot("other@example.com"))).code, "too-many-tries");
      await forgot("other@example.com", "198.51.100.1");
    });
  });

  describe("setting a new one", () => {
    let code: string;
    beforeEach(async () => {
      await forgot(alice.handle);
      code = await house.codeOf("reset-password");
    });

    test("signs in, and the new password works from then on", async () => {
      assert.deepEqual(await findReset(house.context, { code }), { handle: alice.handle, name: "alice of the cast" });
      const { account, session } = await reset(code);
      assert.deepEqual(await findSession(house.context, session), account);
      await signIn(house.context, home, { login: alice.handle, password: fresh });
      assert.deepEqual(await house.deeds(), ["account.created", "account.reset-asked", "account.password-reset", "account.signed-in"]);
    });
    test("looking at the link changes nothing", async () => {
      for (let i = 0; i < 3; i += 1) await findReset(house.context, { code });
      await reset(code);
    });
    test("works once, also when it is tried twice at once", async () => {
      const results = await Promise.allSettled([reset(code), reset(code, "yet another password")]);
      assert.deepEqual(results.map((result) => result.status).sort(), ["fulfilled", "rejected"]);
      assert.deepEqual(await refusal(reset(code)), invalid);
    });
    test("works for an hour", async () => {
      house.clock.advance(hours(1));
      assert.deepEqual(await refusal(findReset(house.context, { code })), { code: "link-expired" });
      assert.deepEqual(await refusal(reset(code)), { code: "link-expired" });
    });
    test("ends all sessions", async () => {
      const first = await reset(code);
      await forgot(alice.handle);
      const second = await reset(await house.codeOf("reset-password"), "yet another password");
      assert.equal(await findSession(house.context, first.session), undefined);
      assert.ok(await findSession(house.context, second.session));
    });
    test("confirms the address, to which the link went", async () => {
      const erin = await add("erin", "erin@example.com", false);
      await forgot(erin.handle);
      const { account } = await reset(await house.codeOf("reset-password"));
      assert.deepEqual({ handle: account.handle, verified: account.emailVerified }, { handle: erin.handle, verified: true });
    });
    test("§10 password reset by mail: blocks asking for 24 hours, and the account says until when", async () => {
      const { account, session } = await reset(code);
      assert.equal(account.askingBlockedUntil, house.clock.now() + hours(24));
      house.clock.advance(hours(24));
      assert.equal((await findSession(house.context, session))?.askingBlockedUntil, undefined);
    });
    test("is the way in for somebody whose login a stranger has used up", async () => {
      await withQuickHashes(async () => {
        for (let i = 0; i < 11; i += 1) await refusal(signIn(house.context, home, { login: alice.handle, password: "wrong password" }));
      });
      await reset(code);
      await signIn(house.context, home, { login: alice.handle, password: fresh });
    });
    test("not to what everybody knows, nor to less than ten characters; the link stays good", async () => {
      assert.deepEqual(await faults(reset(code, alice.handle)), { password: "password-is-personal" });
      assert.deepEqual(await faults(reset(code, "short")), { password: "password-too-short" });
      await reset(code);
    });
    test("a wrong code costs no hash, and is limited", async () => {
      assert.equal(await countHashes(() => reset("A".repeat(32))), 0);
      for (let i = 0; i < 29; i += 1) assert.deepEqual(await refusal(reset("A".repeat(32))), invalid);
      assert.equal((await refusal(reset(code))).code, "too-many-tries");
    });
    test("not for an account that was suspended meanwhile, nor one whose address is another now", async () => {
      const other = await add("other");
      await forgot(other.handle);
      const others = await house.codeOf("reset-password");
      await suspendAccount(house.context, operator, { handle: alice.handle });
      assert.deepEqual(await refusal(reset(code)), invalid);
      await house.store.write((tx) => tx.db.updateTable("account").set({ email_key: "x@example.com" }).where("id", "=", other.id).execute());
      assert.deepEqual(await refusal(reset(others)), invalid);
    });
  });
});
