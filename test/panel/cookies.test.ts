import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { createAccount } from "../../src/actions/accounts/create-account.ts";
import { operator } from "../support/cast.ts";
import { openLobby } from "../support/panel-visitor.ts";

const password = "a long enough password";

async function signedIn(baseUrl: string) {
  const lobby = await openLobby({ baseUrl });
  const account = await createAccount(lobby.context, operator, { name: "Ann", email: "ann@example.com", language: "en", verified: true, password });
  const visitor = lobby.visitor();
  const before = await visitor.post("/sign-in", { login: account.handle, password, return: "/useraccount/profile" });
  return { lobby, visitor, answer: before, line: before.setCookies.find((cookie) => cookie.includes("session=")) ?? "" };
}

describe("the cookie of a session", () => {
  test("is __Host-, Secure, HttpOnly and Lax on https", async () => {
    const { lobby, line, answer } = await signedIn("https://panel.example.com");
    after(() => lobby.close());
    assert.match(line, /^__Host-session=/);
    for (const flag of [/; Secure/, /; HttpOnly/, /; SameSite=Lax/, /; Path=\//]) assert.match(line, flag);
    assert.match(answer.headers.get("Strict-Transport-Security") ?? "", /max-age/);
    assert.equal(answer.goesTo, "/useraccount/profile");
  });
  test("is the same on this machine's own address", async () => {
    const { lobby, line } = await signedIn("http://localhost:3000");
    after(() => lobby.close());
    assert.match(line, /^__Host-session=.*; Secure/);
  });
  test("has neither on plain http elsewhere, where browsers would drop it", async () => {
    const { lobby, line } = await signedIn("http://panel.example.com");
    after(() => lobby.close());
    assert.match(line, /^session=/);
    assert.doesNotMatch(line, /Secure/);
    assert.match(line, /; HttpOnly/);
  });
  test("ends when one signs out", async () => {
    const { lobby, visitor } = await signedIn("http://localhost:3000");
    after(() => lobby.close());
    assert.equal((await visitor.get("/useraccount/profile")).status, 200);
    const kept = new Map(visitor.cookies);
    await visitor.post("/sign-out");
    for (const [name, value] of kept) visitor.cookies.set(name, value);
    assert.equal((await visitor.get("/useraccount/profile")).status, 303);
  });
});

test("every page has a strict content policy with a nonce of its own, and is kept by nobody", async () => {
  const lobby = await openLobby();
  after(() => lobby.close());
  const alice = await lobby.as("alice");
  const [one, other] = [await alice.get("/useraccount/contacts"), await alice.get("/useraccount/contacts")];
  const policy = one.headers.get("Content-Security-Policy") ?? "";
  assert.match(policy, /default-src 'none'; script-src 'nonce-[\w-]+'; style-src 'nonce-/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.notEqual(policy, other.headers.get("Content-Security-Policy"));
  assert.equal(one.headers.get("Cache-Control"), "no-store");
  assert.equal(one.headers.get("Referrer-Policy"), "same-origin");
  assert.equal(one.headers.get("X-Content-Type-Options"), "nosniff");
  assert.doesNotMatch(one.text, / style="| on[a-z]+="/);
});

test("files carry their hash in the URL and are kept for ever; the first visit weighs less than 70 KB without the font", async () => {
  const lobby = await openLobby();
  after(() => lobby.close());
  const alice = await lobby.as("alice");
  for (let i = 0; i < 50; i++) await lobby.addService(`shop-${i}.example`, { tech: "bob" });
  const page = await alice.get("/useraccount/contacts");
  const files = [...new Set([...page.text.matchAll(/"(\/static\/[0-9a-f]{12}\/[\w.-]+)/g)].map((match) => match[1] ?? ""))];
  const scripts = ["code-field.js", "copying.js", "filters.js", "scrolling.js", "theme-switch.js"].map(
    (name) => `${files[0]?.slice(0, files[0].lastIndexOf("/"))}/${name}`,
  );
  let weight = page.text.length / 8;
  for (const file of [...files, ...scripts]) {
    const answer = await alice.get(file, { "Accept-Encoding": "br" });
    assert.equal(answer.status, 200, file);
    assert.match(answer.headers.get("Cache-Control") ?? "", /immutable/);
  }
  const { createPanel } = await import("../../src/panel/panel.ts");
  const panel = createPanel(lobby.context, { socketAddress: () => "127.0.0.1", calls: [] });
  for (const file of [...files, ...scripts].filter((name) => !name.endsWith(".woff2"))) {
    weight += (await (await panel.request(file, { headers: { "Accept-Encoding": "br" } })).arrayBuffer()).byteLength;
  }
  assert.ok(weight < 70_000, `${Math.round(weight)} bytes`);
});
