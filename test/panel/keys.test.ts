import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { createApplication } from "../../src/actions/keys/create-application.ts";
import { listKeys } from "../../src/actions/keys/list-keys.ts";
import { requestCredential } from "../../src/actions/keys/request-credential.ts";
import { hashPassword } from "../../src/auth/passwords.ts";
import type { Name } from "../support/cast.ts";
import { openLobby, type Visitor } from "../support/panel-visitor.ts";

const password = "a long enough password";

describe("the pages for keys", async () => {
  const lobby = await openLobby();
  after(() => lobby.close());
  const { context, who } = lobby;
  const password_hash = await hashPassword(context, password);
  for (const name of ["alice", "bob", "dave"] as const) await lobby.alter(name, { password_hash });

  let made = 0;
  const asked = async (rules: [method: string, path: string][], redirection: string | null = null) => {
    const name = `Contact sync ${++made}`;
    const { applicationKey } = await createApplication(context, who.dave, { name, description: "Keeps contacts in step.", password });
    const accessRules = rules.map(([method, path]) => ({ method, path }));
    const pending = await requestCredential(context, "127.0.0.1", { applicationKey, accessRules, redirection, allowedIPs: null });
    if (pending === "unknown-application") return assert.fail();
    return {
      name,
      path: pending.validationUrl.slice(context.settings.baseUrl.length),
      token: new URL(pending.validationUrl).searchParams.get("credentialToken") ?? "",
    };
  };
  const keysOf = async (name: Name) => (await listKeys(context, who[name])).keys;
  const open = async (visitor: Visitor, path: string) => visitor.get((await visitor.get(path)).goesTo);

  test("lead from a program's link over signing in to its question, and on to where it wants", async () => {
    const { name, path, token } = await asked([["GET", "/me*"]], "https://tool.example/back?a=1");
    const visitor = lobby.visitor();
    assert.equal((await visitor.get(path)).goesTo, "/auth/");
    assert.equal((await visitor.get("/auth/")).goesTo, "/sign-in?return=%2Fauth%2F");
    assert.equal((await visitor.post("/sign-in", { login: who.alice.handle, password, return: "/auth/" })).goesTo, "/auth/");
    const page = await visitor.get("/auth/");
    assert.match(page.text, new RegExp(`<h1>${name} wants to act for your account`));
    assert.match(page.text, new RegExp(`An application of ${who.dave.handle}`));
    assert.match(page.text, /a link takes you on to tool\.example/);
    assert.match(page.text, /<code>GET \/me\*<\/code>/);
    assert.doesNotMatch(/<title>[^<]*<\/title>/.exec(page.text)?.[0] ?? "", new RegExp(token));
    const wrong = await visitor.post("/auth/", { credentialToken: token, validity: "7", password: "not this one" });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /id="field-password-error"/);
    assert.match(wrong.text, /<option value="7" selected/);
    assert.doesNotMatch(wrong.text, /not this one/);
    const agreed = await visitor.post("/auth/", { credentialToken: token, validity: "7", password });
    assert.match(agreed.text, /You have agreed/);
    assert.match(agreed.text, /href="https:\/\/tool\.example\/back\?a=1" rel="noreferrer"/);
    const [key] = await keysOf("alice");
    assert.equal(key?.application.name, name);
    assert.equal((key?.expiresAt ?? 0) - context.clock() > 6.9 * 86_400_000, true);
    assert.equal((await open(visitor, path)).status, 404);
  });

  test("let a program be declined, and tell a link that is over from one that is open by a plain page", async () => {
    const { path, token } = await asked([["GET", "/me"]]);
    const bob = await lobby.as("bob");
    assert.match((await open(bob, path)).text, /wants to act for your account/);
    assert.match((await bob.post("/auth/decline", { credentialToken: token })).text, /You have declined/);
    assert.equal((await keysOf("bob")).length, 0);
    for (const again of [await open(bob, path), await bob.get("/auth/"), await open(bob, "/auth/?credentialToken=nothing")]) {
      assert.equal(again.status, 404);
      assert.match(again.text, /This request is no longer open/);
    }
  });

  test("agree to the request that was shown, even when another was opened after it", async () => {
    const [first, second] = [await asked([["GET", "/me"]]), await asked([["DELETE", "/*"]])];
    const bob = await lobby.as("bob");
    await open(bob, first.path);
    await open(bob, second.path);
    await bob.post("/auth/", { credentialToken: first.token, validity: "1", password });
    assert.deepEqual(
      (await keysOf("bob")).map(({ application }) => application.name),
      [first.name],
    );
  });

  test("name no link of a redirection that is none of the web", async () => {
    const { path, token } = await asked([["GET", "/me"]]);
    await context.store.write((tx) =>
      tx.db.updateTable("api_credential").set({ redirection: "javascript:alert(1)" }).where("state", "=", "pendingValidation").execute(),
    );
    const dave = await lobby.as("dave");
    assert.doesNotMatch((await open(dave, path)).text, /javascript:/);
    assert.doesNotMatch((await dave.post("/auth/", { credentialToken: token, validity: "1", password })).text, /javascript:/);
  });

  test("fill the rules of a new key from the query, say them in words, and show the key once", async () => {
    const alice = await lobby.as("alice");
    const page = await alice.get("/createToken/?GET=/me*&POST=/me/task/contactChange/*&GET=/domain");
    assert.match(page.text, />GET \/me\*\nGET \/domain\nPOST \/me\/task\/contactChange\/\*<\/textarea>/);
    const fields = {
      name: "Backup",
      description: "",
      kind: "signed",
      rules: "get /me*\n\nPOST /me/task/contactChange/*",
      validity: "unlimited",
      addresses: "192.0.2.0/24\n2001:db8::1",
    };
    const shown = await alice.post("/createToken/", { ...fields, password, show: "words" });
    assert.equal(shown.status, 200);
    assert.match(shown.text, /value="Backup"/);
    assert.doesNotMatch(shown.text, new RegExp(password));
    const done = await alice.post("/createToken/", { ...fields, password });
    assert.equal(done.status, 200);
    assert.match(done.text, /The key Backup is created/);
    assert.equal([...done.text.matchAll(/data-copy="([A-Za-z0-9]{16}|[A-Za-z0-9]{32})"/g)].length, 3);
    const list = await alice.get("/useraccount/keys");
    assert.match(list.text, /Only from these addresses: 192\.0\.2\.0\/24 and 2001:db8::1/);
    assert.match(list.text, /no end/);
    const client = await alice.post("/createToken/", { ...fields, name: "Robot", kind: "client", password });
    assert.match(client.text, /Client ID/);
    assert.doesNotMatch(client.text, /Consumer key/);
  });

  test("say at its field what is wrong with a new key, and keep the rest", async () => {
    const alice = await lobby.as("alice");
    const good = { name: "Backup", description: "", kind: "signed", rules: "GET /me", validity: "1", addresses: "", password };
    const cases: [Partial<typeof good>, string, RegExp][] = [
      [{ rules: "GET /me\nPATCH /me" }, "rules", /“PATCH \/me” is not a rule/],
      [{ rules: "" }, "rules", /at least one call/],
      [{ name: "" }, "name", /Give a name/],
      [{ validity: "2" }, "validity", /how long the key is valid/],
      [{ kind: "other" }, "kind", /one of the two kinds/],
      [{ addresses: "here" }, "addresses", /neither an IP address/],
      [{ password: "not this one" }, "password", /not your present password/],
    ];
    for (const [fault, field, words] of cases) {
      const answer = await alice.post("/createToken/", { ...good, ...fault });
      assert.equal(answer.status, 422, field);
      assert.match(answer.text, new RegExp(`id="field-${field}-error"[^]*?</p>`));
      assert.match(answer.text, words);
    }
  });

  test("register an application, which its owner sees and removes", async () => {
    const bob = await lobby.as("bob");
    const missing = await bob.post("/createApp/", { name: "Panel", description: "", password });
    assert.match(missing.text, /id="field-description-error"/);
    const done = await bob.post("/createApp/", { name: "Panel", description: "A panel.", password });
    assert.match(done.text, /The application Panel is registered/);
    const list = await bob.get("/useraccount/keys");
    const id = /remove=(\d+)/.exec(list.text)?.[1] ?? "";
    assert.match((await bob.get(`/useraccount/keys?remove=${id}`)).text, /Remove the application Panel\?/);
    assert.equal((await (await lobby.as("carol")).get(`/useraccount/keys?remove=${id}`)).status, 404);
    assert.equal((await (await lobby.as("carol")).post("/useraccount/keys/remove", { id })).status, 404);
    assert.equal((await bob.post("/useraccount/keys/remove", { id })).goesTo, "/useraccount/keys");
    assert.match((await bob.get("/useraccount/keys")).text, /The application Panel is removed.*You have registered none yet/s);
  });

  test("revoke a key after asking once more; that of another does not exist", async () => {
    const alice = await lobby.as("alice");
    const [key] = await keysOf("alice");
    const id = String(key?.credentialId);
    const bob = await lobby.as("bob");
    assert.equal((await bob.get(`/useraccount/keys?revoke=${id}`)).status, 404);
    assert.equal((await bob.post("/useraccount/keys/revoke", { id })).status, 404);
    assert.match((await alice.get(`/useraccount/keys?revoke=${id}`)).text, /can do nothing more for you/);
    await alice.post("/useraccount/keys/revoke", { id });
    assert.ok((await keysOf("alice")).every(({ credentialId }) => String(credentialId) !== id));
    assert.equal((await alice.post("/useraccount/keys/revoke", { id: "x" })).status, 404);
  });

  test("are empty and say what would be there", async () => {
    const carol = await lobby.as("carol");
    assert.match((await carol.get("/useraccount/keys")).text, /No keys yet/);
    for (const path of ["/createApp/", "/createToken/?GET=/me", "/useraccount/keys"]) {
      const answer = await lobby.visitor().get(path);
      assert.match(answer.goesTo, /^\/sign-in\?return=/);
    }
  });
});

describe("the other pages of an account", async () => {
  const lobby = await openLobby();
  after(() => lobby.close());

  test("show what is not paid, and what is late", async () => {
    const bob = await lobby.as("bob");
    assert.match((await bob.get("/useraccount/invoices")).text, /Nothing to pay/);
    await lobby.owes("bob", "2025-12-15");
    assert.match((await bob.get("/useraccount/invoices")).text, /bob-2025-12-15.*€12\.00.*Overdue/s);
  });

  test("show what was written to the account alone, with its codes masked", async () => {
    const [alice, bob] = [await lobby.as("alice"), await lobby.as("bob")];
    assert.match((await bob.get("/useraccount/mails")).text, /No e-mails yet/);
    const [id = 0] = await lobby.ask("alice", { tech: "dave" });
    const list = await alice.get("/useraccount/mails");
    const path = /\/useraccount\/mails\/[0-9a-f]+/.exec(list.text)?.[0] ?? assert.fail();
    const letter = await alice.get(path);
    assert.match(letter.text, /example\.net.*•••/s);
    assert.equal(letter.text.includes(await lobby.codeOf("alice", id)), false);
    assert.equal((await bob.get(path)).status, 404);
  });

  test("let admin and billing contacts set the renewal, and nobody else", async () => {
    const page = `/useraccount/services/${lobby.serviceId}`;
    const [alice, bob, carol] = [await lobby.as("alice"), await lobby.as("bob"), await lobby.as("carol")];
    assert.match((await alice.get(page)).text, /Change the renewal/);
    assert.match((await carol.get(`${page}?edit=renewal`)).text, /value="automatic" checked/);
    assert.equal((await carol.post(`${page}/renewal`, { renewal: "manual" })).goesTo, page);
    assert.match((await carol.get(page)).text, /The renewal is set.*renewed by hand/s);
    assert.doesNotMatch((await bob.get(`${page}?edit=renewal`)).text, /name="renewal"/);
    assert.match((await bob.post(`${page}/renewal`, { renewal: "automatic" })).text, /Turn to al100001-ovh/);
    assert.match((await alice.post(`${page}/renewal`, { renewal: "never" })).text, /id="field-renewal-error"/);
    assert.equal((await (await lobby.as("mallory")).post(`${page}/renewal`, { renewal: "automatic" })).status, 404);
  });
});
