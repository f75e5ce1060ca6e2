import assert from "node:assert/strict";
import { test } from "node:test";
import { issueLink } from "../../src/actions/accounts/issue-link.ts";
import { resetPassword } from "../../src/actions/accounts/reset-password.ts";
import { createKey } from "../../src/actions/keys/create-key.ts";
import { openSwitchboard } from "../support/api-caller.ts";
import { refusal } from "../support/cast.ts";

const password = "another horse, another battery";

test("a password reset by mail ends every key of the account, and for a day no new one can be made", async () => {
  const line = await openSwitchboard();
  try {
    const program = await line.as("alice");
    assert.equal((await program.get("/me")).status, 200);
    const code = await line.store.write((tx) => issueLink(line.context, tx, line.who.alice.id, "reset-password", "alice@example.com"));
    await resetPassword(line.context, "127.0.0.1", { code, password });
    assert.equal((await program.get("/me")).status, 403);
    const rules = [{ method: "GET", path: "/*" }];
    const wanted = { kind: "signed" as const, name: "Quick", description: "", rules, validity: "unlimited" as const, allowedIPs: null, password };
    assert.equal((await refusal(createKey(line.context, line.who.alice, wanted))).code, "asker-blocked-after-reset");
  } finally {
    await line.close();
  }
});

test("a program of a suspended account acts for nobody", async () => {
  const line = await openSwitchboard();
  try {
    const program = await line.as("alice");
    await line.store.write((tx) => tx.db.updateTable("api_application").set({ account_id: line.who.mallory.id }).execute());
    assert.equal((await program.get("/me")).status, 200);
    await line.alter("mallory", { status: "suspended" });
    assert.match((await program.get("/me")).text, /INVALID_CREDENTIAL/);
  } finally {
    await line.close();
  }
});

test("a key can only narrow from where keys work", async () => {
  const line = await openSwitchboard();
  try {
    const bound = await line.as("alice", { allowedIPs: ["198.51.100.1", "203.0.113.0/24"] });
    const program = await line.as("alice");
    const path = `/me/api/credential/${bound.credentialId}`;
    for (const allowedIPs of [null, [], ["0.0.0.0/0"], ["198.51.100.1", "127.0.0.1"]]) {
      const answer = await program.put(path, { allowedIPs });
      assert.equal(answer.status, 403, JSON.stringify(allowedIPs));
    }
    assert.equal((await program.put(path, { allowedIPs: ["198.51.100.1"] })).status, 200);
  } finally {
    await line.close();
  }
});

test("a signed call that was refused does not succeed when it is played again", async () => {
  const line = await openSwitchboard();
  try {
    const program = await line.as("alice");
    const call = program.signed("POST", "/domain/later.example/changeContact", { contactTech: line.who.dave.handle });
    assert.equal((await line.raw(call.clone())).status, 404);
    await line.addService("later.example");
    const again = await line.raw(call);
    assert.equal(again.status, 403);
    assert.match(again.text, /made before/);
  } finally {
    await line.close();
  }
});
