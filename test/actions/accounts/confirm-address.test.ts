import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { AccountView } from "../../../src/actions/accounts/account-view.ts";
import { changeAddress } from "../../../src/actions/accounts/change-address.ts";
import { changePassword } from "../../../src/actions/accounts/change-password.ts";
import { confirmAddress } from "../../../src/actions/accounts/confirm-address.ts";
import { findReset } from "../../../src/actions/accounts/find-reset.ts";
import { findSession } from "../../../src/actions/accounts/find-session.ts";
import { forgotPassword } from "../../../src/actions/accounts/forgot-password.ts";
import { sendConfirmation } from "../../../src/actions/accounts/send-confirmation.ts";
import { suspendAccount } from "../../../src/actions/accounts/suspend-account.ts";
import { acceptChange } from "../../../src/actions/changes/accept-change.ts";
import { hashPassword } from "../../../src/auth/passwords.ts";
import type { AccountActor } from "../../../src/context.ts";
import { createStage, refusal } from "../../support/cast.ts";
import { days, hours, minutes } from "../../support/clock.ts";
import { eachStore } from "../../support/each-store.ts";
import { createHousehold, faults, type Household, home, operator, password } from "../../support/household.ts";

eachStore("an e-mail address", (openStore) => {
  let house: Household;
  let alice: AccountView;
  let actor: AccountActor;
  let session: string;
  const confirm = (code: string, source = home) => confirmAddress(house.context, source, { code });
  const change = (email: string, given = password) => changeAddress(house.context, actor, { email, password: given });
  const again = () => sendConfirmation(house.context, actor);
  const view = async () => findSession(house.context, session);
  const invalid = { code: "link-invalid" };

  beforeEach(async () => {
    house = await createHousehold({}, openStore);
    ({ account: alice, actor, session } = await house.join("alice"));
  });
  afterEach(() => house.close());

  describe("is confirmed", () => {
    test("by the code of the letter, signed in or not, with spaces as copying adds them", async () => {
      const code = await house.codeOf("signed-up");
      assert.deepEqual(await confirm(` ${code.slice(0, 10)}\n${code.slice(10)} `), { ...alice, emailVerified: true });
      assert.equal((await view())?.emailVerified, true);
      assert.deepEqual(await house.deeds(), ["account.signed-up", "account.address-confirmed"]);
    });
    test("once: a link used twice at once works once, and the other hears that all is well", async () => {
      const code = await house.codeOf("signed-up");
      const results = await Promise.allSettled([confirm(code), confirm(code), confirm(code)]);
      assert.equal(results.filter((result) => result.status === "fulfilled").length, 1);
      assert.deepEqual(await refusal(confirm(code)), { code: "address-already-confirmed" });
    });
    test("within seven days", async () => {
      const code = await house.codeOf("signed-up");
      house.clock.advance(days(7));
      assert.deepEqual(await refusal(confirm(code)), { code: "link-expired" });
      assert.equal((await house.store.read.selectFrom("account").select("email_verified_at").executeTakeFirst())?.email_verified_at, null);
    });
    test("not by a wrong code, one of another kind, or none", async () => {
      await forgotPassword(house.context, home, { login: alice.handle });
      assert.deepEqual(await refusal(confirm("A".repeat(32))), invalid);
      assert.deepEqual(await refusal(confirm(await house.codeOf("reset-password"))), invalid);
      assert.deepEqual(await faults(confirm(" ")), { code: "code-missing" });
    });
    test("not for a suspended account", async () => {
      await suspendAccount(house.context, operator, { handle: alice.handle });
      assert.deepEqual(await refusal(confirm(await house.codeOf("signed-up"))), invalid);
    });
    test("not when the account has another address by now", async () => {
      const code = await house.codeOf("signed-up");
      await house.store.write((tx) => tx.db.updateTable("account").set({ email: "b@example.com", email_key: "b@example.com" }).execute());
      assert.deepEqual(await refusal(confirm(code)), invalid);
    });
    test("after thirty wrong codes from a client, no more for a quarter of an hour; right ones do not count", async () => {
      for (let i = 0; i < 30; i += 1) assert.deepEqual(await refusal(confirm("A".repeat(32))), invalid);
      const code = await house.codeOf("signed-up");
      assert.deepEqual(await refusal(confirm(code)), { code: "too-many-tries", retryAt: house.clock.now() + minutes(15) });
      await confirm(code, "198.51.100.1");
      const row = await house.store.read.selectFrom("rate_limit").select("used").where("key", "=", "link/from/198.51.100.1").executeTakeFirst();
      assert.equal(row?.used, 0);
    });
  });

  test("gets no more than twenty letters an hour, though many accounts name it as their new one", async () => {
    const victim = "victim@example.com";
    const naming = async (i: number) => {
      const one = await house.join(`puppet${i}`, { source: `198.51.100.${i}` });
      house.clock.advance(minutes(1));
      return changeAddress(house.context, one.actor, { email: victim, password });
    };
    for (let i = 0; i < 20; i += 1) await naming(i);
    const first = house.clock.now() - minutes(19);
    assert.deepEqual(await refusal(naming(20)), { code: "too-many-tries", retryAt: first + hours(1) });
    assert.equal((await house.post("change-address")).filter((one) => one.to === victim).length, 20);
  });

  describe("has its link sent again", () => {
    test("and the older link is dead at once", async () => {
      const old = await house.codeOf("signed-up");
      house.clock.advance(minutes(1));
      await again();
      assert.deepEqual(await refusal(confirm(old)), invalid);
      await confirm(await house.codeOf("signed-up"));
    });
    test("as a letter of its own, once the letter of the sign-up has left", async () => {
      await house.store.write((tx) => tx.db.updateTable("outbox").set({ state: "sent", sealed: null }).execute());
      house.clock.advance(minutes(1));
      await again();
      assert.deepEqual(
        (await house.post()).map(({ letter, state }) => [letter, state]),
        [
          ["signed-up", "sent"],
          ["confirm-address", "waiting"],
        ],
      );
    });
    test("while that still waits, as a new letter of the sign-up: nobody else tells the handle", async () => {
      house.clock.advance(minutes(1));
      await again();
      const letters = await house.post();
      assert.deepEqual(
        letters.map(({ letter, state, codes }) => [letter, state, codes.length]),
        [
          ["signed-up", "dropped", 0],
          ["signed-up", "waiting", 1],
        ],
      );
    });
    test("once a minute, ten times a day", async () => {
      const begun = house.clock.now();
      assert.deepEqual(await refusal(again()), { code: "resend-too-soon", retryAt: begun + minutes(1) });
      for (let i = 1; i < 10; i += 1) {
        house.clock.advance(minutes(1));
        await again();
      }
      house.clock.advance(minutes(1));
      assert.deepEqual(await refusal(again()), { code: "resend-limit", retryAt: begun + days(1) });
      house.clock.advance(days(1));
      await again();
    });
    test("not when there is nothing to confirm", async () => {
      await confirm(await house.codeOf("signed-up"));
      assert.deepEqual(await refusal(again()), { code: "address-already-confirmed" });
    });
  });

  describe("is changed", () => {
    beforeEach(async () => {
      await confirm(await house.codeOf("signed-up"));
      house.clock.advance(minutes(1));
    });

    test("§7 e-mail address changed: the new address gets the link, the old one is told, and nothing changes yet", async () => {
      assert.equal((await change("new@example.com")).pendingEmail, "new@example.com");
      const letters = (await house.post()).slice(1).map(({ letter, to, facts, codes }) => `${letter} ${to}: ${String(facts["newEmail"])} ${codes.length}`);
      assert.deepEqual(letters.sort(), ["address-changed alice@example.com: new@example.com 0", "change-address new@example.com: new@example.com 1"]);
      assert.equal((await view())?.email, "alice@example.com");
      assert.equal((await view())?.pendingEmail, "new@example.com");
    });
    test("when the new address confirms it, within a day; sessions stay", async () => {
      await change("New@example.com");
      const changed = await confirm(await house.codeOf("change-address"));
      assert.deepEqual(changed, { ...alice, email: "New@example.com", emailVerified: true });
      assert.deepEqual(await view(), changed);
      assert.deepEqual(await house.deeds(), ["account.signed-up", "account.address-confirmed", "account.address-change-asked", "account.address-changed"]);
    });
    test("not after a day; the wish is gone then", async () => {
      await change("new@example.com");
      const code = await house.codeOf("change-address");
      house.clock.advance(days(1));
      assert.deepEqual(await refusal(confirm(code)), { code: "link-expired" });
      assert.equal((await view())?.pendingEmail, undefined);
    });
    test("not by a link that a newer wish has replaced", async () => {
      await change("new@example.com");
      const old = await house.codeOf("change-address");
      house.clock.advance(minutes(1));
      await change("newer@example.com");
      assert.deepEqual(await refusal(confirm(old)), invalid);
      assert.equal((await confirm(await house.codeOf("change-address"))).email, "newer@example.com");
    });
    test("and the new address has its link sent again", async () => {
      await change("new@example.com");
      const old = await house.codeOf("change-address");
      house.clock.advance(minutes(1));
      await sendConfirmation(house.context, actor);
      assert.deepEqual(await refusal(confirm(old)), invalid);
      assert.equal((await confirm(await house.codeOf("change-address"))).email, "new@example.com");
    });
    test("and links that went to the old address are dead", async () => {
      await change("new@example.com");
      await forgotPassword(house.context, home, { login: alice.handle });
      const reset = await house.codeOf("reset-password");
      await confirm(await house.codeOf("change-address"));
      assert.deepEqual(await refusal(findReset(house.context, { code: reset })), invalid);
    });
    test("not any more, once the password was changed: the wish may have been a thief's", async () => {
      await change("thief@example.com");
      const code = await house.codeOf("change-address");
      await changePassword(house.context, actor, { current: password, password: "another good one" });
      assert.deepEqual(await refusal(confirm(code)), invalid);
      assert.deepEqual(
        (await house.post("change-address")).map(({ state }) => state),
        ["dropped"],
      );
    });
    test("only with the present password, at most ten tries", async () => {
      for (let i = 0; i < 10; i += 1) assert.deepEqual(await refusal(change("new@example.com", "wrong password")), { code: "password-wrong" });
      assert.deepEqual(await refusal(change("new@example.com")), { code: "too-many-tries", retryAt: house.clock.now() + minutes(15) });
      house.clock.advance(minutes(15));
      await change("new@example.com");
    });
    test("not to what it is, nor to what is none", async () => {
      assert.deepEqual(await refusal(change("alice@example.com")), { code: "address-unchanged" });
      assert.deepEqual(await faults(change("new@example.com\r\nBcc: all@example.com")), { email: "email-invalid" });
    });
    test("at most once a minute, so that nobody's mailbox is filled", async () => {
      await change("new@example.com");
      assert.equal((await refusal(change("new@example.org"))).code, "resend-too-soon");
    });
    test("before it was ever confirmed, when it was mistyped", async () => {
      const bob = await house.join("bob", { email: "bbo@example.com" });
      house.clock.advance(hours(1));
      await changeAddress(house.context, bob.actor, { email: "bob@example.com", password });
      const { email, emailVerified } = await confirm(await house.codeOf("change-address"));
      assert.deepEqual({ email, emailVerified }, { email: "bob@example.com", emailVerified: true });
    });
  });
});

eachStore("§10 address changed after the code was sent", (openStore) => {
  test("when the new address is confirmed, the open codes die and new ones go there", async () => {
    const stage = await createStage({}, openStore);
    try {
      await stage.alter("dave", { password_hash: await hashPassword(stage.context, password) });
      const [id = 0] = await stage.ask("alice", { tech: "dave" });
      const old = await stage.codeOf("dave", id);
      await changeAddress(stage.context, stage.who.dave, { email: "dave@example.org", password });
      assert.equal(await stage.codeOf("dave", id), old, "asking changes nothing yet");
      const link = (await stage.mails("dave")).find(({ letter }) => letter === "change-address");
      await confirmAddress(stage.context, home, { code: link?.code ?? "" });
      const fresh = await stage.codeOf("dave", id);
      assert.notEqual(fresh, old);
      assert.equal((await refusal(acceptChange(stage.context, stage.who.dave, { id, code: old }))).code, "code-replaced");
      const letters = await stage.store.read
        .selectFrom("outbox")
        .select("recipient")
        .where("request_id", "=", id)
        .where("account_id", "=", stage.who.dave.id)
        .where("state", "=", "waiting")
        .execute();
      assert.deepEqual(letters, [{ recipient: "dave@example.org" }]);
      await acceptChange(stage.context, stage.who.dave, { id, code: fresh });
    } finally {
      await stage.close();
    }
  });
});
