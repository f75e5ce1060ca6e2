import assert from "node:assert/strict";
import { after, beforeEach, describe, test } from "node:test";
import { minutes } from "../support/clock.ts";
import { type Lobby, openLobby } from "../support/panel-visitor.ts";

describe("§5, §10: the link of a letter", async () => {
  let lobby: Lobby;
  let id: number;
  let code: string;
  const lobbies: Lobby[] = [];
  beforeEach(async () => {
    lobby = await openLobby();
    lobbies.push(lobby);
    [id] = (await lobby.ask("alice", { tech: "dave" })) as [number];
    code = await lobby.codeOf("dave", id);
  });
  after(() => Promise.all(lobbies.map((one) => one.close())));
  const link = () => `/useraccount/contacts/${id}?tab=REQUESTS&token=${code}`;
  const clean = () => `/useraccount/contacts/${id}`;

  test("is exchanged at once for a clean URL, with the code in a sealed cookie", async () => {
    const dave = await lobby.as("dave");
    const answer = await dave.get(link());
    assert.equal(answer.status, 303);
    assert.equal(answer.goesTo, clean());
    assert.equal(answer.headers.get("Cache-Control"), "no-store");
    assert.ok(!answer.setCookies.join().includes(code));
    assert.match(answer.setCookies.join(), /Max-Age=900.*HttpOnly.*Secure.*SameSite=Lax/);
    const page = await dave.get(clean());
    assert.ok(page.text.includes(`>${code}</textarea>`));
    assert.ok(!page.text.slice(0, page.text.indexOf("</head>")).includes(code));
  });

  test("changes nothing by being opened, by GET and by HEAD, signed in or not", async () => {
    for (const one of [lobby.visitor(), await lobby.as("dave")]) {
      await one.get(link());
      await one.head(link());
      await one.get(clean());
    }
    const dave = await lobby.as("dave");
    assert.match((await dave.get(clean())).text, /Waits for you and Alice Example/);
    assert.equal((await dave.post(`${clean()}/accept`, { code })).status, 303);
  });

  test("leads whoever is signed out to the sign-in page and back, with the code still filled in", async () => {
    const visitor = lobby.visitor();
    await visitor.get(link());
    const away = await visitor.get(clean());
    assert.equal(away.goesTo, `/sign-in?return=${encodeURIComponent(clean())}`);
    const signIn = await visitor.get(away.goesTo);
    assert.match(signIn.text, /The code from your e-mail will be filled in/);
    assert.ok(!signIn.text.includes(code));
    const dave = await lobby.as("dave");
    for (const [name, value] of dave.cookies) visitor.cookies.set(name, value);
    assert.ok((await visitor.get(clean())).text.includes(`>${code}</textarea>`));
  });

  test("tells an account that is no party only that it is not meant, and lets it change over", async () => {
    const mallory = await lobby.as("mallory");
    await mallory.get(link());
    const page = await mallory.get(clean());
    assert.equal(page.status, 404);
    assert.match(page.text, /This link is for another account/);
    for (const secret of ["example.net", "Dave", "da100004", code]) assert.ok(!page.text.includes(secret), secret);
    const out = await mallory.post("/sign-out", { return: clean() });
    assert.equal(out.goesTo, `/sign-in?return=${encodeURIComponent(clean())}`);
    assert.match((await mallory.get(out.goesTo)).text, /The code from your e-mail will be filled in/);
  });

  test("looks the same to an account that is no party when there is no such request", async () => {
    const mallory = await lobby.as("mallory");
    await mallory.get(`/useraccount/contacts/999?tab=REQUESTS&token=${code}`);
    assert.match((await mallory.get("/useraccount/contacts/999")).text, /This link is for another account/);
    assert.match((await mallory.get(clean())).text, /This page does not exist/);
  });

  test("of the other approver names whom the code is for, and keeps it", async () => {
    const alice = await lobby.as("alice");
    await alice.get(link());
    const answer = await alice.post(`${clean()}/accept`, { code });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /meant for another account: Dave Example \(da100004-ovh\)/);
  });

  test("says nothing of a link to somebody who typed the code of the other approver", async () => {
    const alice = await lobby.as("alice");
    const answer = await alice.post(`${clean()}/accept`, { code });
    assert.equal(answer.status, 422);
    assert.doesNotMatch(answer.text, /meant for another account/);
  });

  test("waits for 15 minutes and no longer", async () => {
    const dave = await lobby.as("dave");
    await dave.get(link());
    lobby.clock.advance(minutes(15));
    assert.ok(!(await dave.get(clean())).text.includes(code));
  });

  test("does not fill the code of one request into another", async () => {
    const [other] = await lobby.ask("alice", { billing: "dave" });
    const dave = await lobby.as("dave");
    await dave.get(link());
    assert.ok(!(await dave.get(`/useraccount/contacts/${other}`)).text.includes(code));
  });

  test("whose session has ended meanwhile gives back the code after signing in", async () => {
    const visitor = lobby.visitor();
    const answer = await visitor.post(`${clean()}/accept`, { code });
    assert.equal(answer.goesTo, `/sign-in?return=${encodeURIComponent(clean())}`);
    const dave = await lobby.as("dave");
    for (const [name, value] of dave.cookies) visitor.cookies.set(name, value);
    assert.ok((await visitor.get(clean())).text.includes(`>${code}</textarea>`));
  });
});

describe("the page of a request", async () => {
  const lobby = await openLobby();
  after(() => lobby.close());

  test("takes both answers, says what is awaited, and shows the change when it is done", async () => {
    const [id] = (await lobby.ask("alice", { tech: "dave" })) as [number];
    const path = `/useraccount/contacts/${id}`;
    const [alice, dave] = [await lobby.as("alice"), await lobby.as("dave")];
    await alice.post(`${path}/accept`, { code: ` ${await lobby.codeOf("alice", id)}\n` });
    const waiting = await alice.get(path);
    assert.match(waiting.text, /You have accepted\./);
    assert.match(waiting.text, /waits for the other contact/);
    assert.doesNotMatch((await alice.get(path)).text, /data-news/);
    await dave.post(`${path}/accept`, { code: await lobby.codeOf("dave", id) });
    assert.match((await dave.get(path)).text, /The change is made/);
    assert.equal((await lobby.contacts()).tech, "dave");
  });

  test("keeps what was typed beside what is wrong with it", async () => {
    const [id] = (await lobby.ask("alice", { billing: "dave" })) as [number];
    const dave = await lobby.as("dave");
    const answer = await dave.post(`/useraccount/contacts/${id}/accept`, { code: "not the code" });
    assert.equal(answer.status, 422);
    assert.match(answer.text, />not the code<\/textarea>/);
    assert.match(answer.text, /id="code-error".*This code is not right.*9 tries left/s);
    assert.match((await dave.post(`/useraccount/contacts/${id}/refuse`, {})).text, /The code is missing/);
  });

  test("sends again, refuses to do so at once a second time, and cancels", async () => {
    const [id] = (await lobby.ask("alice", { admin: "dave" })) as [number];
    const alice = await lobby.as("alice");
    const path = `/useraccount/contacts/${id}`;
    lobby.clock.advance(minutes(2));
    assert.equal((await alice.post(`${path}/resend`, { to: "newcomer" })).status, 303);
    assert.match((await alice.get(path)).text, /The request has been sent again/);
    const soon = await alice.post(`${path}/resend`, { to: "newcomer" });
    assert.equal(soon.status, 422);
    assert.match(soon.text, /less than a minute ago/);
    await alice.post(`${path}/cancel`);
    assert.match((await alice.get(path)).text, /Cancelled by you/);
  });
});
