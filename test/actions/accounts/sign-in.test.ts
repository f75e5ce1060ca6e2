import assert from "node:assert/strict";
import { afterEach, before, beforeEach, describe, test } from "node:test";
import type { AccountView } from "../../../src/actions/accounts/account-view.ts";
import { createAccount } from "../../../src/actions/accounts/create-account.ts";
import { findSession } from "../../../src/actions/accounts/find-session.ts";
import { signIn } from "../../../src/actions/accounts/sign-in.ts";
import { signOut } from "../../../src/actions/accounts/sign-out.ts";
import { suspendAccount } from "../../../src/actions/accounts/suspend-account.ts";
import { hashPassword } from "../../../src/auth/passwords.ts";
import { refusal } from "../../support/cast.ts";
import { minutes } from "../../support/clock.ts";
import { countHashes, withQuickHashes } from "../../support/count-hashes.ts";
import { eachStore } from "../../support/each-store.ts";
import { createHousehold, faults, type Household, home, operator, password } from "../../support/household.ts";

eachStore("signing in", (openStore) => {
  let house: Household;
  let alice: AccountView;
  let hash: string;
  const enter = (login: string, given = password, source = home) => signIn(house.context, source, { login, password: given });
  const guess = (login: string, source = home) => refusal(enter(login, "wrong password", source));
  const shutUntil = (ms: number) => ({ code: "too-many-tries", retryAt: house.clock.now() + ms });
  const failed = { code: "sign-in-failed" };

  before(async () => {
    hash = await hashPassword({ clock: () => 0, random: (n) => new Uint8Array(n) }, password);
  });
  beforeEach(async () => {
    house = await createHousehold({}, openStore);
    alice = await enrol("alice");
  });
  afterEach(() => house.close());

  /** With a hash that is ready: computing it for each test takes its time. */
  async function enrol(name: string, columns: Record<string, unknown> = {}, email = `${name}@example.com`): Promise<AccountView> {
    const account = await createAccount(house.context, operator, { name: `${name} of the cast`, email, language: "en", verified: true });
    await house.store.write((tx) =>
      tx.db
        .updateTable("account")
        .set({ password_hash: hash, ...columns })
        .where("id", "=", account.id)
        .execute(),
    );
    return account;
  }

  describe("who is let in", () => {
    test("by handle, in any case", async () => {
      for (const login of [alice.handle, alice.handle.toUpperCase(), ` ${alice.handle.slice(0, 2).toUpperCase()}${alice.handle.slice(2)} `]) {
        const { account, session } = await enter(login);
        assert.deepEqual(account, alice);
        assert.deepEqual(await findSession(house.context, session), alice);
      }
    });
    test("by a confirmed address that no other account has, in any case", async () => {
      assert.equal((await enter("Alice@EXAMPLE.com")).account.id, alice.id);
    });
    test("not by an address that several have confirmed: they sign in by handle", async () => {
      await enrol("other", {}, "ALICE@example.com");
      assert.deepEqual(await refusal(enter("alice@example.com")), failed);
      assert.equal((await enter(alice.handle)).account.id, alice.id);
    });
    test("§10 sign-in by address: only verified addresses count", async () => {
      const other = await enrol("other", { email_verified_at: null }, "alice@example.com");
      assert.equal((await enter("alice@example.com")).account.id, alice.id, "an unconfirmed sharer does not matter");
      const bob = await enrol("bob", { email_verified_at: null });
      assert.deepEqual(await refusal(enter("bob@example.com")), failed);
      assert.equal((await enter(bob.handle)).account.id, bob.id);
      assert.equal((await enter(other.handle)).account.id, other.id);
    });
    test("a suspended sharer of the address counts, a closed one does not", async () => {
      const other = await enrol("other", { status: "suspended" }, "alice@example.com");
      assert.deepEqual(await refusal(enter("alice@example.com")), failed);
      await house.store.write((tx) => tx.db.updateTable("account").set({ status: "closed" }).where("id", "=", other.id).execute());
      assert.equal((await enter("alice@example.com")).account.id, alice.id);
    });
    test("with a password typed on another keyboard", async () => {
      assert.equal((await enter(alice.handle, password.replace("a horse", "ａ horse"))).account.id, alice.id);
    });
  });

  describe("who is not", () => {
    test("the unknown, the wrong password, the account without password or closed: the same answer", async () => {
      await enrol("empty", { password_hash: null });
      await enrol("closed", { status: "closed" });
      for (const login of ["zz999999-ovh", "nobody@example.com", "empty@example.com", "closed@example.com"])
        assert.deepEqual(await refusal(enter(login)), failed);
      assert.deepEqual(await refusal(enter(alice.handle, "wrong password")), failed);
    });
    test("known or not, one hash is computed", async () => {
      await enrol("empty", { password_hash: null });
      await enrol("suspended", { status: "suspended" });
      await enrol("closed", { status: "closed" });
      await enrol("shared", {}, "shared@example.com");
      await enrol("sharer", {}, "shared@example.com");
      const logins = [
        alice.handle,
        "zz999999-ovh",
        "alice@example.com",
        "no@example.com",
        "empty@example.com",
        "suspended@example.com",
        "closed@example.com",
        "shared@example.com",
      ];
      for (const login of [...logins, "no handle and no address"]) assert.equal(await countHashes(() => enter(login, "wrong password")), 1, login);
    });
    test("the suspended hear it, when they gave the right password", async () => {
      await suspendAccount(house.context, operator, { handle: alice.handle });
      assert.deepEqual(await refusal(enter(alice.handle, "wrong password")), failed);
      assert.deepEqual(await refusal(enter(alice.handle)), { code: "account-suspended" });
    });
    test("nobody whose password changes while it is checked", async () => {
      const entering = enter(alice.handle);
      await house.store.write((tx) =>
        tx.db
          .updateTable("account")
          .set({ password_hash: hash.replace(/.{4}$/, "AAAA") })
          .execute(),
      );
      assert.deepEqual(await refusal(entering), failed);
    });
    test("empty fields", async () => {
      assert.deepEqual(await faults(enter(" ", "")), { login: "login-missing", password: "password-missing" });
    });
  });

  describe("limits", () => {
    test("ten failures for a login, from wherever they come, for a quarter of an hour; known or not", async () => {
      for (const login of [alice.handle, "zz999999-ovh"]) {
        for (let i = 0; i < 10; i += 1) assert.deepEqual(await guess(login, `192.0.2.${i}`), failed);
        assert.deepEqual(await guess(login.toUpperCase(), "192.0.2.99"), shutUntil(minutes(15)));
      }
      assert.deepEqual(await refusal(enter(alice.handle)), shutUntil(minutes(15)), "not even with the right password");
    });
    test("trying on does not make the time longer", async () => {
      for (let i = 0; i < 10; i += 1) await guess(alice.handle);
      house.clock.advance(minutes(14));
      for (let i = 0; i < 20; i += 1) await guess(alice.handle);
      house.clock.advance(minutes(1));
      await enter(alice.handle);
    });
    test("who gets in has his failures forgotten", async () => {
      for (let i = 0; i < 9; i += 1) await guess(alice.handle);
      await enter(alice.handle);
      for (let i = 0; i < 10; i += 1) assert.deepEqual(await guess(alice.handle), failed);
    });
    test("twenty sign-ins at once cannot outrun the limit", async () => {
      let failures = 0;
      const computed = await countHashes(async () => {
        const results = await Promise.all(Array.from({ length: 20 }, () => guess(alice.handle)));
        failures = results.filter((detail) => detail.code === "sign-in-failed").length;
      });
      assert.equal(failures, 10);
      assert.equal(computed, 10);
    });
    test("a hundred failures from one client, whatever it tries; what it is refused costs nobody a try", async () => {
      await withQuickHashes(async () => {
        for (let i = 0; i < 100; i += 1) assert.deepEqual(await guess(`n${i}@example.com`), failed);
      });
      for (let i = 0; i < 15; i += 1) assert.deepEqual(await guess(alice.handle), shutUntil(minutes(15)));
      await enter(alice.handle, password, "198.51.100.1");
    });
    test("successes do not count for the client, nor do they forgive it", async () => {
      for (let i = 0; i < 5; i += 1) await enter(alice.handle);
      await guess("nobody@example.com");
      await enter(alice.handle);
      const row = await house.store.read.selectFrom("rate_limit").select("used").where("key", "=", `sign-in/from/${home}`).executeTakeFirst();
      assert.equal(row?.used, 1);
    });
    test("what was typed as login stands nowhere in plain", async () => {
      await guess("my secret password");
      const keys = await house.store.read.selectFrom("rate_limit").select("key").execute();
      assert.ok(keys.length > 0);
      assert.ok(keys.every(({ key }) => !key.includes("secret")));
    });
  });

  describe("the session", () => {
    test("is new at each sign-in, and the browser's old one ends", async () => {
      const first = await enter(alice.handle);
      const second = await signIn(house.context, home, { login: alice.handle, password, session: first.session });
      assert.notEqual(second.session, first.session);
      assert.equal(await findSession(house.context, first.session), undefined);
      assert.ok(await findSession(house.context, second.session));
    });
    test("ends by signing out, and only it", async () => {
      const [one, other] = [await enter(alice.handle), await enter(alice.handle)];
      await signOut(house.context, one.session);
      await signOut(house.context, one.session);
      assert.equal(await findSession(house.context, one.session), undefined);
      assert.ok(await findSession(house.context, other.session));
      assert.deepEqual(await house.deeds(), ["account.created", "account.signed-in", "account.signed-in", "account.signed-out"]);
    });
  });
});
