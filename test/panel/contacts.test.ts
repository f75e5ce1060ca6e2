import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { openLobby } from "../support/panel-visitor.ts";

describe("My contacts", async () => {
  const lobby = await openLobby();
  after(() => lobby.close());
  const { serviceId, who } = lobby;
  const ask = `/useraccount/services/${serviceId}/contacts`;

  test("is where somebody signed out comes back to after signing in", async () => {
    const answer = await lobby.visitor().get("/useraccount/contacts?q=shop&role=tech");
    assert.equal(answer.goesTo, `/sign-in?return=${encodeURIComponent("/useraccount/contacts?q=shop&role=tech")}`);
  });

  test("shows the services with their contacts, and marks my own", async () => {
    const page = (await (await lobby.as("alice")).get("/useraccount/contacts")).text;
    assert.match(page, /example\.net/);
    assert.match(page, new RegExp(`${who.alice.handle}</button> <span class="you">you</span>`));
    assert.match(page, /aria-label="Change the contacts of example\.net"/);
    assert.match(page, /<span class="me-name">Alice Example<\/span>\s*<span class="me-handle">al100001-ovh/);
  });

  test("opens a row as a form, prefilled, without script", async () => {
    const page = (await (await lobby.as("alice")).get(`/useraccount/contacts?edit=${serviceId}`)).text;
    for (const name of ["alice", "bob", "carol"] as const) assert.ok(page.includes(`value="${who[name].handle}"`));
    assert.match(page, /Be careful with the admin contact/);
  });

  test("shows a role that is not mine to give as such, with the reason", async () => {
    const page = (await (await lobby.as("bob")).get(`/useraccount/contacts?edit=${serviceId}`)).text;
    assert.match(page, /name="tech"/);
    assert.doesNotMatch(page, /name="admin"|name="billing"/);
    assert.match(page, /Your role does not allow you to change this one\. Turn to al100001-ovh\./);
  });

  const refusals = [
    ["an unknown account", { tech: "zz999999-ovh" }, "tech", /There is no account zz999999-ovh/],
    ["what is no handle", { billing: "<b>dave</b>" }, "billing", /There is no account &lt;b&gt;dave/],
    ["an account that is not confirmed", { tech: "er100005-ovh" }, "tech", /is not confirmed/],
    ["nothing new", { tech: "bo100002-ovh" }, "form", /Nothing would change/],
  ] as const;
  for (const [what, fields, field, message] of refusals)
    test(`refuses ${what} at the field, and keeps what was typed`, async () => {
      await lobby.alter("erin", { email_verified_at: null });
      const alice = await lobby.as("alice");
      const answer = await alice.post(ask, { admin: who.alice.handle, ...fields, return: "/useraccount/contacts?q=example" });
      assert.equal(answer.status, 422);
      const id = field === "form" ? `edit-${serviceId}-error` : `edit-${serviceId}-${field}-error`;
      assert.match(answer.text.slice(answer.text.indexOf(`id="${id}"`)), message);
      const typed = (Object.values<string>(fields)[0] ?? "").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
      assert.ok(answer.text.includes(`value="${typed}"`));
      assert.ok(answer.text.includes('name="q" value="example"'));
    });

  test("refuses on the page of the service what was asked there", async () => {
    const answer = await (await lobby.as("alice")).post(ask, { tech: "zz999999-ovh", return: `/useraccount/services/${serviceId}` });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /id="field-tech-error".*There is no account zz999999-ovh/s);
    assert.match(answer.text, /value="zz999999-ovh"/);
  });

  test("registers a request and says so once, in the green box of My requests", async () => {
    const alice = await lobby.as("alice");
    const answer = await alice.post(ask, { admin: who.alice.handle, tech: who.dave.handle.toUpperCase(), billing: who.carol.handle });
    assert.equal(answer.goesTo, "/useraccount/contacts?tab=REQUESTS");
    const page = (await alice.get(answer.goesTo)).text;
    assert.match(page, /data-look="done".*Your request #1 is registered\..*Every contact who has to answer gets an e-mail/s);
    assert.match(page, /Waits for you and Dave Example/);
    assert.doesNotMatch((await alice.get(answer.goesTo)).text, /is registered/);
    assert.match((await alice.get("/useraccount/contacts")).text, /1 request waits for your answer\./);
  });

  test("says after a take-over that I alone answer", async () => {
    const alice = await lobby.as("alice");
    const answer = await alice.post(ask, { billing: who.alice.handle });
    assert.match((await alice.get(answer.goesTo)).text, /Only you have to answer/);
  });

  test("does not know services of others", async () => {
    const mallory = await lobby.as("mallory");
    assert.equal((await mallory.get(`/useraccount/services/${serviceId}`)).status, 404);
    assert.equal((await mallory.post(ask, { tech: who.mallory.handle })).status, 404);
    assert.equal((await mallory.get(`/useraccount/contacts?edit=${serviceId}`)).status, 404);
  });

  test("gives the filtered list as CSV", async () => {
    const answer = await (await lobby.as("alice")).get("/useraccount/contacts.csv?q=example");
    assert.match(answer.headers.get("Content-Type") ?? "", /text\/csv/);
    assert.match(answer.text, /^product,name,admin,.*\r\ndomain,example\.net,al100001-ovh,/);
  });

  test("keeps filters in the URL, takes nonsense for none, and answers a frame with the list alone", async () => {
    const alice = await lobby.as("alice");
    assert.match((await alice.get("/useraccount/contacts?q=zzz")).text, /No service found/);
    assert.equal((await alice.get("/useraccount/contacts?role=king&sort=x&after=%00&q=a%00&product=a%00&edit=-1&tab=REQUESTS&state=y")).status, 200);
    const frame = (await alice.get("/useraccount/contacts?q=example", { "Turbo-Frame": "services" })).text;
    assert.match(frame, /<turbo-frame id="services"/);
    assert.doesNotMatch(frame, /<header/);
  });
});
