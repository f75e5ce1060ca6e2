import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { listMailbox } from "../../src/outbox/list-mailbox.ts";
import { openLobby } from "../support/panel-visitor.ts";

describe("the pages of an account", async () => {
  const lobby = await openLobby();
  after(() => lobby.close());
  const password = "a long enough password";
  const tokenIn = async (to: string, path: string) => {
    for (const { text } of await listMailbox(lobby.context, { to })) {
      const found = new RegExp(`/${path}\\?token=(\\S+)`).exec(text);
      if (found?.[1]) return found[1];
    }
    throw new Error(`no link to ${path}`);
  };

  test("lead from signing up to a confirmed address", async () => {
    const visitor = lobby.visitor();
    const wrong = await visitor.post("/sign-up", { name: "Zoë", email: "nowhere", password: "short", language: "en" });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /value="Zoë"/);
    assert.match(wrong.text, /id="field-email-error".*This is not an e-mail address/s);
    assert.match(wrong.text, /id="field-password-error".*too short/s);
    assert.doesNotMatch(wrong.text, /value="short"/);
    const made = await visitor.post("/sign-up", { name: "Zoë", email: "zoe@example.com", password, language: "en" });
    assert.equal(made.goesTo, "/useraccount/contacts");
    assert.match((await visitor.get(made.goesTo)).text, /Welcome, Zoë\. Your handle is [a-z]{2}[0-9]{6}-ovh/);
    const link = `/confirm-address?token=${await tokenIn("zoe@example.com", "confirm-address")}`;
    await visitor.head(link);
    assert.equal((await visitor.get(link)).goesTo, "/confirm-address");
    assert.match((await visitor.get("/useraccount/contacts")).text, /Your e-mail address is not confirmed/);
    const page = await visitor.get("/confirm-address");
    const code = />([A-Za-z0-9_-]{20,})<\/textarea>/.exec(page.text)?.[1] ?? "";
    await visitor.post("/confirm-address", { code });
    assert.match((await visitor.get("/useraccount/contacts")).text, /The address is confirmed/);
  });

  test("answer alike for known and unknown accounts when a password is forgotten, and set a new one by the link", async () => {
    const visitor = lobby.visitor();
    const [known, unknown] = [
      await visitor.post("/forgotten-password", { login: lobby.who.bob.handle }),
      await visitor.post("/forgotten-password", { login: "zz000000-ovh" }),
    ];
    assert.deepEqual([known.status, known.goesTo], [unknown.status, unknown.goesTo]);
    const link = `/reset-password?token=${await tokenIn("bob@example.com", "reset-password")}`;
    assert.equal((await visitor.get(link)).goesTo, "/reset-password");
    assert.match((await visitor.get("/reset-password")).text, /bo100002-ovh/);
    assert.equal((await visitor.post("/reset-password", { password: "short" })).status, 422);
    assert.equal((await visitor.post("/reset-password", { password })).goesTo, "/useraccount/contacts");
    assert.match((await visitor.get("/useraccount/profile")).text, /you can neither ask for a change nor accept your own requests before/);
    assert.match((await lobby.visitor().get("/reset-password")).text, /This link is not valid/);
  });

  test("refuse a sign-in at the form and keep the handle", async () => {
    const answer = await lobby.visitor().post("/sign-in", { login: "al100001-ovh", password: "wrong password", return: "/useraccount/profile" });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /do not belong together/);
    assert.match(answer.text, /value="al100001-ovh"/);
    assert.match(answer.text, /name="return" value="\/useraccount\/profile"/);
  });

  test("speak the language of the profile, of the switch before it, and of the browser for strangers", async () => {
    const alice = await lobby.as("alice");
    assert.match((await alice.get("/useraccount/profile", { "Accept-Language": "fi" })).text, /<html lang="en"/);
    assert.equal((await alice.post("/language", { language: "xx", return: "//evil.example" })).goesTo, "/");
    assert.match((await alice.post("/theme", { theme: "dark", return: "/useraccount/profile" })).setCookies.join(), /theme=dark/);
    assert.match((await alice.get("/useraccount/profile")).text, /data-theme="dark"/);
  });

  test("refuse a wrong present password at its field", async () => {
    const alice = await lobby.as("alice");
    const answer = await alice.post("/useraccount/profile/address", { email: "new@example.com", password: "wrong password" });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /id="field-password-error"/);
    assert.match(answer.text, /value="new@example.com"/);
  });

  test("say what is not there, and leak nothing of a fault but its number", async () => {
    const missing = await lobby.visitor().get("/nowhere");
    assert.equal(missing.status, 404);
    assert.match(missing.text, /This page does not exist/);
    const broken = await openLobby();
    const alice = await broken.as("alice");
    await broken.close();
    const answer = await alice.get("/useraccount/contacts");
    assert.equal(answer.status, 500);
    assert.match(answer.text, /Number of this problem: <code>[0-9a-f]{12}/);
    assert.doesNotMatch(answer.text, /sqlite|database|at file/i);
  });
});
