import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { closeAccount } from "../../src/actions/accounts/close-account.ts";
import { forgetExpired } from "../../src/actions/accounts/forget-expired.ts";
import { createApplication } from "../../src/actions/keys/create-application.ts";
import { createKey } from "../../src/actions/keys/create-key.ts";
import { declineCredential } from "../../src/actions/keys/decline-credential.ts";
import { findPending } from "../../src/actions/keys/find-pending.ts";
import { listKeys } from "../../src/actions/keys/list-keys.ts";
import { validateCredential } from "../../src/actions/keys/validate-credential.ts";
import { type ApiCaller, openSwitchboard, type Switchboard } from "../support/api-caller.ts";
import { operator, refusal } from "../support/cast.ts";
import { days } from "../support/clock.ts";
import { faults } from "../support/household.ts";
import { givePassword, makeKey, password } from "../support/key-holder.ts";

let sw: Switchboard;
let alice: ApiCaller;

beforeEach(async () => {
  sw = await openSwitchboard();
  for (const name of ["alice", "bob"] as const) await givePassword(sw, name);
  alice = await sw.as("alice");
});
afterEach(() => sw.close());

const ofAlice = () => createApplication(sw.context, sw.who.alice, { name: "Tool", description: "Moves contacts", password });
const rules = [{ method: "GET", path: "/me*" }];
const ask = async (applicationKey: string, more: object = {}) => {
  const { status, body } = await sw.unsigned("POST", "/auth/credential", { accessRules: rules, ...more }, { "X-Ovh-Application": applicationKey });
  assert.equal(status, 200, JSON.stringify(body));
  const asked = body as { consumerKey: string; state: string; validationUrl: string };
  return { ...asked, token: new URL(asked.validationUrl).searchParams.get("credentialToken") ?? "" };
};

describe("a key that a program asks for", () => {
  test("waits for somebody, who sees what he agrees to and is told of it by mail", async () => {
    const { applicationKey } = await ofAlice();
    const asked = await ask(applicationKey, { redirection: "https://tool.example/done", allowedIPs: ["192.0.2.0/24"] });
    assert.match(asked.consumerKey, /^[A-Za-z0-9]{32}$/);
    assert.equal(asked.state, "pendingValidation");
    assert.ok(asked.validationUrl.startsWith("http://127.0.0.1:3000/auth/?credentialToken="));
    const pending = await findPending(sw.context, { token: asked.token });
    assert.deepEqual(pending, {
      application: { name: "Tool", description: "Moves contacts", owner: sw.who.alice.handle },
      rules,
      allowedIPs: ["192.0.2.0/24"],
      redirection: "https://tool.example/done",
      expiresAt: sw.clock.now() + days(1),
    });
    const agreed = await validateCredential(sw.context, sw.who.bob, { token: asked.token, validity: "7", password });
    assert.deepEqual(agreed, { redirection: "https://tool.example/done" });
    const letter = (await sw.mails("bob")).find((mail) => mail.letter === "key-created");
    assert.deepEqual([letter?.facts["application"], letter?.facts["expiresAt"]], ["Tool", sw.clock.now() + days(7)]);
    const [key] = (await listKeys(sw.context, sw.who.bob)).keys;
    assert.deepEqual([key?.application.name, key?.application.owner, key?.mine, key?.state], ["Tool", sw.who.alice.handle, false, "validated"]);
  });

  test("takes null for what it does not want, and no address that is none of the web", async () => {
    const { applicationKey } = await ofAlice();
    for (const redirection of [null, "", "http://localhost:8080/x"]) await ask(applicationKey, { redirection, allowedIPs: null });
    const header = { "X-Ovh-Application": applicationKey };
    for (const wrong of [
      { redirection: "javascript:alert(1)" },
      { redirection: "/me" },
      { allowedIPs: ["example.net"] },
      { allowedIPs: ["10.0.0.0/33"] },
      { accessRules: [] },
      { accessRules: [{ method: "PATCH", path: "/me" }] },
    ])
      assert.equal((await sw.unsigned("POST", "/auth/credential", { accessRules: rules, ...wrong }, header)).status, 400, JSON.stringify(wrong));
  });

  test("is answered once: of two at once, one agrees", async () => {
    const { token } = await ask((await ofAlice()).applicationKey);
    const both = ["alice", "bob"] as const;
    const answers = await Promise.allSettled(both.map((name) => validateCredential(sw.context, sw.who[name], { token, validity: "1", password })));
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
    assert.deepEqual(await refusal(declineCredential(sw.context, sw.who.bob, { token })), { code: "key-request-not-found" });
  });

  test("can be declined, and agreed to for a day only, with the right password only", async () => {
    const { applicationKey } = await ofAlice();
    const [declined, late] = [await ask(applicationKey), await ask(applicationKey)];
    await declineCredential(sw.context, sw.who.bob, { token: declined.token });
    assert.deepEqual(await refusal(findPending(sw.context, { token: declined.token })), { code: "key-request-not-found" });
    const wrong = validateCredential(sw.context, sw.who.bob, { token: late.token, validity: "1", password: "another" });
    assert.deepEqual(await refusal(wrong), { code: "password-wrong" });
    sw.clock.advance(days(1));
    assert.deepEqual(await refusal(findPending(sw.context, { token: late.token })), { code: "key-request-expired" });
  });

  test("cannot be asked for without end from one place", async () => {
    const { applicationKey } = await ofAlice();
    for (let i = 0; i < 100; i++) await ask(applicationKey);
    const { status } = await sw.unsigned("POST", "/auth/credential", { accessRules: rules }, { "X-Ovh-Application": applicationKey });
    assert.equal(status, 429);
  });
});

describe("the routes of keys", () => {
  test("tell, restrict and revoke", async () => {
    const { applicationKey } = await ofAlice();
    const { token } = await ask(applicationKey);
    await validateCredential(sw.context, sw.who.alice, { token, validity: "unlimited", password });
    const ids = (await alice.get("/me/api/credential?status=validated")).body as number[];
    const id = ids.find((one) => one !== alice.credentialId) ?? 0;
    const told = (await alice.get(`/me/api/credential/${id}`)).body as Record<string, unknown>;
    assert.deepEqual([told["rules"], told["expiration"], told["lastUse"], told["status"], told["ovhSupport"]], [rules, null, null, "validated", false]);
    const application = (await alice.get(`/me/api/credential/${id}/application`)).body as Record<string, unknown>;
    assert.deepEqual([application["applicationKey"], application["name"]], [applicationKey, "Tool"]);
    assert.deepEqual((await alice.get(`/me/api/credential?applicationId=${application["applicationId"]}`)).body, [id]);
    assert.equal((await alice.put(`/me/api/credential/${id}`, { allowedIPs: ["192.0.2.7"] })).body, null);
    assert.deepEqual(((await alice.get(`/me/api/credential/${id}`)).body as { allowedIPs: unknown }).allowedIPs, ["192.0.2.7"]);
    assert.equal((await alice.put(`/me/api/credential/${id}`)).status, 200);
    assert.deepEqual(((await alice.get(`/me/api/credential/${id}`)).body as { allowedIPs: unknown }).allowedIPs, ["192.0.2.7"]);
    assert.equal((await alice.delete(`/me/api/credential/${id}`)).body, null);
    assert.equal((await alice.get(`/me/api/credential/${id}`)).status, 404);
    assert.equal((await alice.delete(`/me/api/application/${application["applicationId"]}`)).body, null);
    assert.equal((await alice.get(`/me/api/application/${application["applicationId"]}`)).status, 404);
  });

  test("show what is somebody else's as what does not exist", async () => {
    const mallory = await sw.as("mallory");
    const bytes = async (path: string, method: "get" | "delete" = "get") => (await mallory[method](path)).text.replaceAll(/\d+/g, "#");
    for (const kind of ["credential", "application"])
      for (const method of ["get", "delete"] as const) assert.equal(await bytes(`/me/api/${kind}/1`, method), await bytes(`/me/api/${kind}/999`, method));
    assert.equal((await alice.get("/me/api/credential/1")).status, 200);
  });

  test("list OAuth2 clients, and remove one with its key", async () => {
    const { applicationKey } = await makeKey(sw, "alice", { kind: "client" });
    assert.deepEqual((await alice.get("/me/api/oauth2/client")).body, [applicationKey]);
    assert.equal(((await alice.get(`/me/api/oauth2/client/${applicationKey}`)).body as { flow: string }).flow, "CLIENT_CREDENTIALS");
    assert.equal((await alice.delete(`/me/api/oauth2/client/${applicationKey}`)).status, 200);
    assert.deepEqual((await alice.get("/me/api/oauth2/client")).body, []);
    assert.equal((await alice.get(`/me/api/oauth2/client/${applicationKey}`)).status, 404);
  });
});

test("a form that is filled in wrong says so at its field", async () => {
  const usual = { kind: "signed", name: "Job", description: "", rules, validity: "1", password } as const;
  const wrong = (more: object) => faults(createKey(sw.context, sw.who.alice, { ...usual, ...more }));
  assert.deepEqual(await wrong({ rules: [] }), { rules: "rules-missing" });
  assert.deepEqual(await wrong({ rules: [{ method: "GET", path: "me" }] }), { rules: "rule-invalid" });
  assert.deepEqual(await wrong({ allowedIPs: ["fe80::1%eth0"] }), { allowedIPs: "address-invalid" });
  assert.deepEqual(await wrong({ validity: "2" }), { validity: "validity-unknown" });
  assert.deepEqual(await wrong({ kind: "other" }), { kind: "kind-unknown" });
});

test("keys end with their account, and are forgotten when their time is over", async () => {
  const { applicationKey } = await ofAlice();
  await ask(applicationKey);
  await makeKey(sw, "alice", { validity: "1" });
  sw.clock.advance(days(30));
  assert.equal((await forgetExpired(sw.context)).keys, 1);
  assert.equal((await listKeys(sw.context, sw.who.alice)).keys[0]?.state, "expired");
  sw.clock.advance(days(1));
  assert.equal((await forgetExpired(sw.context)).keys, 1);
  await sw.as("mallory");
  await closeAccount(sw.context, operator, { handle: sw.who.mallory.handle });
  assert.deepEqual(await listKeys(sw.context, sw.who.mallory), { keys: [], applications: [] });
});
