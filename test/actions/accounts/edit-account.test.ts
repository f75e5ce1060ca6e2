import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { changePassword } from "../../../src/actions/accounts/change-password.ts";
import { editProfile } from "../../../src/actions/accounts/edit-profile.ts";
import { findSession } from "../../../src/actions/accounts/find-session.ts";
import { signIn } from "../../../src/actions/accounts/sign-in.ts";
import { refusal } from "../../support/cast.ts";
import { countHashes } from "../../support/count-hashes.ts";
import { eachStore } from "../../support/each-store.ts";
import { createHousehold, faults, type Household, home, password } from "../../support/household.ts";

eachStore("an account that edits itself", (openStore) => {
  let house: Household;
  let alice: Awaited<ReturnType<Household["join"]>>;
  const fresh = "a new horse on the stairs";
  const change = (current: string, next = fresh) => changePassword(house.context, alice.actor, { current, password: next, session: alice.session });

  beforeEach(async () => {
    house = await createHousehold({}, openStore);
    alice = await house.join("alice");
  });
  afterEach(() => house.close());

  describe("its profile", () => {
    test("changes name and language, never the handle", async () => {
      const edited = await editProfile(house.context, alice.actor, { name: " Alice Zoë ", language: "fi" });
      assert.deepEqual(edited, { ...alice.account, name: "Alice Zoë", language: "fi" });
      assert.deepEqual(await findSession(house.context, alice.session), edited);
      assert.deepEqual(await house.deeds(), ["account.signed-up", "account.profile-edited"]);
    });
    test("refuses names that would harm the letters in which they stand", async () => {
      assert.deepEqual(await faults(editProfile(house.context, alice.actor, { name: "A\r\nBcc: all", language: "fi" })), { name: "name-invalid" });
    });
    test("is refused to an account that was suspended a moment ago", async () => {
      await house.store.write((tx) => tx.db.updateTable("account").set({ status: "suspended" }).execute());
      assert.deepEqual(await refusal(editProfile(house.context, alice.actor, { name: "Alice", language: "fi" })), { code: "account-suspended" });
    });
  });

  describe("its password", () => {
    test("changes when the present one is given: all sessions end, and a new one begins", async () => {
      const other = await signIn(house.context, home, { login: alice.account.handle, password });
      const { session } = await change(password);
      for (const old of [alice.session, other.session]) assert.equal(await findSession(house.context, old), undefined);
      assert.ok(await findSession(house.context, session));
      assert.deepEqual(await refusal(signIn(house.context, home, { login: alice.account.handle, password })), { code: "sign-in-failed" });
      await signIn(house.context, home, { login: alice.account.handle, password: fresh });
    });
    test("does not change without it; ten tries in a quarter of an hour, also all at once", async () => {
      let codes: string[] = [];
      const hashes = await countHashes(async () => {
        codes = await Promise.all(Array.from({ length: 20 }, async () => (await refusal(change("wrong password"))).code));
      });
      assert.equal(codes.filter((code) => code === "password-wrong").length, 10);
      assert.equal(codes.filter((code) => code === "too-many-tries").length, 10);
      assert.equal(hashes, 10);
      assert.ok(await findSession(house.context, alice.session));
    });
    test("changes once when it is changed twice at once", async () => {
      const results = await Promise.allSettled([change(password), change(password, "yet another password")]);
      assert.deepEqual(results.map((result) => result.status).sort(), ["fulfilled", "rejected"]);
    });
    test("is not the handle, nor too short", async () => {
      assert.deepEqual(await faults(change(password, alice.account.handle.toUpperCase())), { password: "password-is-personal" });
      assert.deepEqual(await faults(change("", "short")), { current: "password-missing", password: "password-too-short" });
    });
  });
});
