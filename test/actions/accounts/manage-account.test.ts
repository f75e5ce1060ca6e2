import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { closeAccount } from "../../../src/actions/accounts/close-account.ts";
import { confirmAddress } from "../../../src/actions/accounts/confirm-address.ts";
import { createAccount } from "../../../src/actions/accounts/create-account.ts";
import { forgotPassword } from "../../../src/actions/accounts/forgot-password.ts";
import { resetPassword } from "../../../src/actions/accounts/reset-password.ts";
import { resumeAccount } from "../../../src/actions/accounts/resume-account.ts";
import { signIn } from "../../../src/actions/accounts/sign-in.ts";
import { suspendAccount } from "../../../src/actions/accounts/suspend-account.ts";
import { showRequest } from "../../../src/actions/changes/show-request.ts";
import { createStage, operator, refusal, type Stage } from "../../support/cast.ts";
import { eachStore } from "../../support/each-store.ts";
import { faults, home } from "../../support/household.ts";

eachStore("the operator", (openStore) => {
  let stage: Stage;
  const password = "a horse on the stairs";
  const frank = { name: "Frank", email: "frank@example.com", language: "de" as const };
  const create = (more: Partial<Parameters<typeof createAccount>[2]> = {}) => createAccount(stage.context, operator, { ...frank, ...more });

  beforeEach(async () => {
    stage = await createStage({}, openStore);
  });
  afterEach(() => stage.close());

  describe("creates an account", () => {
    test("with a handle of its own, without password, unconfirmed, and without a letter", async () => {
      const account = await create();
      assert.match(account.handle, /^[a-z]{2}[0-9]{6}-ovh$/);
      assert.equal(account.emailVerified, false);
      assert.deepEqual(await refusal(signIn(stage.context, home, { login: account.handle, password })), { code: "sign-in-failed" });
      assert.deepEqual(await stage.mails(), []);
    });
    test("which begins with “forgotten password”", async () => {
      const account = await create();
      await forgotPassword(stage.context, home, { login: account.handle });
      const [mail] = await stage.mails();
      const entered = await resetPassword(stage.context, home, { code: mail?.code ?? "", password });
      assert.equal(entered.account.emailVerified, true);
    });
    test("with the handle, the password and the word for its address that he gives", async () => {
      const account = await create({ handle: "FR4711-shop", verified: true, password });
      assert.deepEqual([account.handle, account.emailVerified], ["fr4711-shop", true]);
      assert.equal((await signIn(stage.context, home, { login: "frank@example.com", password })).account.id, account.id);
    });
    test("not with a handle that exists or existed", async () => {
      const { handle } = await create();
      await closeAccount(stage.context, operator, { handle });
      assert.deepEqual(await refusal(create({ handle: handle.toUpperCase() })), { code: "account-exists", handle });
    });
    test("not with what is no handle", async () => {
      assert.deepEqual(await faults(create({ handle: "frank" })), { handle: "handle-invalid" });
    });
  });

  describe("suspends an account", () => {
    test("§10 account suspended: no sign-in, and roles and open requests stay", async () => {
      const [id = 0] = await stage.ask("alice", { tech: "dave" });
      await suspendAccount(stage.context, operator, { handle: stage.who.alice.handle });
      assert.deepEqual(await stage.contacts(), { admin: "alice", tech: "bob", billing: "carol" });
      assert.equal((await showRequest(stage.context, stage.who.dave, { id })).state, "validatingByCustomers");
    });
    test("and resumes it", async () => {
      const { handle } = await create({ password });
      assert.equal((await suspendAccount(stage.context, operator, { handle })).status, "suspended");
      assert.deepEqual(await refusal(signIn(stage.context, home, { login: handle, password })), { code: "account-suspended" });
      assert.equal((await resumeAccount(stage.context, operator, { handle })).status, "active");
      await signIn(stage.context, home, { login: handle, password });
    });
    test("not one that does not exist, nor a closed one", async () => {
      assert.deepEqual(await refusal(suspendAccount(stage.context, operator, { handle: "zz999999-ovh" })), {
        code: "account-not-found",
        handle: "zz999999-ovh",
      });
      const { handle } = await create();
      await closeAccount(stage.context, operator, { handle });
      for (const deed of [suspendAccount, resumeAccount, closeAccount])
        assert.deepEqual(await refusal(deed(stage.context, operator, { handle })), { code: "account-closed", handle });
    });
  });

  describe("closes an account", () => {
    test("§10 account closed: refused while it holds a role", async () => {
      assert.deepEqual(await refusal(closeAccount(stage.context, operator, { handle: stage.who.bob.handle })), { code: "account-holds-roles", count: 1 });
      const row = await stage.store.read.selectFrom("account").select("status").where("id", "=", stage.who.bob.id).executeTakeFirst();
      assert.equal(row?.status, "active");
    });
    test("§10 account closed: its open requests end as error, and the approvers are told", async () => {
      const [id = 0] = await stage.ask("alice", { tech: "dave" });
      await closeAccount(stage.context, operator, { handle: stage.who.dave.handle });
      const request = await showRequest(stage.context, stage.who.alice, { id });
      assert.deepEqual([request.state, request.reason], ["error", "account-closed"]);
      const told = (await stage.mails("alice")).filter((mail) => mail.letter === "change-failed");
      assert.equal(told.length, 1);
    });
    test("and its links and its password are worth nothing", async () => {
      const account = await create({ password });
      await forgotPassword(stage.context, home, { login: account.handle });
      const code = (await stage.mails()).at(-1)?.code ?? "";
      await closeAccount(stage.context, operator, { handle: account.handle });
      assert.deepEqual(await refusal(resetPassword(stage.context, home, { code, password })), { code: "link-invalid" });
      assert.deepEqual(await refusal(confirmAddress(stage.context, home, { code })), { code: "link-invalid" });
      assert.deepEqual(await refusal(signIn(stage.context, home, { login: account.handle, password })), { code: "sign-in-failed" });
    });
  });
});
