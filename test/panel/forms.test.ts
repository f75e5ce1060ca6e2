import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openSession } from "../../src/actions/accounts/open-session.ts";
import { signOut } from "../../src/actions/accounts/sign-out.ts";
import { ownPath } from "../../src/panel/forms.ts";
import { type House, openHouse } from "../support/house.ts";
import { openLobby } from "../support/panel-visitor.ts";

describe("a form of the panel", async () => {
  const lobby = await openLobby();
  after(() => lobby.close());
  const own = "http://127.0.0.1:3000";
  const post = async (headers: Record<string, string>) => (await lobby.visitor().post("/theme", { theme: "dark" }, headers)).status;

  test("is taken from our own pages", async () => {
    assert.equal(await post({ "Sec-Fetch-Site": "same-origin", Origin: own }), 303);
    assert.equal(await post({ "Sec-Fetch-Site": "same-origin" }), 303);
  });
  test("is told by its origin where the browser sends no Sec-Fetch-Site", async () => {
    assert.equal(await post({ Origin: own }), 303);
  });
  test("holds no zero byte, which a database may refuse", async () => {
    const form = { login: "a\0b", password: "correct horse battery" };
    assert.equal((await lobby.visitor().post("/sign-in", form, { "Sec-Fetch-Site": "same-origin" })).status, 400);
  });
  test("may come from localhost when the base URL is 127.0.0.1", async () => {
    assert.equal(await post({ Origin: "http://localhost:3000", Host: "localhost:3000" }), 303);
  });
  for (const [what, headers] of [
    ["another site", { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" }],
    ["a neighbour of the same site", { "Sec-Fetch-Site": "same-site", Origin: own }],
    ["a foreign origin that claims to be the same", { "Sec-Fetch-Site": "same-origin", Origin: "https://evil.example" }],
    ["an opaque origin", { Origin: "null" }],
    ["a name that was bound to this machine", { Origin: "http://evil.example:3000", Host: "evil.example:3000" }],
    ["nowhere", {}],
  ] as const)
    test(`is refused from ${what}`, async () => {
      assert.equal(await post(headers), 403);
    });

  test("larger than 64 KB is refused, and nothing changes", async () => {
    const { status, text } = await lobby.visitor().post("/sign-in", { login: "x".repeat(70_000) });
    assert.equal(status, 413);
    assert.match(text, /This is too much at once/);
  });
});

describe("what is posted to a real server", () => {
  /** Posts a form whose body comes in pieces; `before` is done when its head has come. */
  const postSlowly = async (house: House, path: string, headers: Record<string, string>, body: string, before = async () => {}) => {
    const options = { method: "POST", headers: { "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded", ...headers } };
    const posting = request(house.baseUrl + path, options);
    posting.flushHeaders();
    await sleep(100);
    await before();
    posting.end(body);
    const [answer] = (await once(posting, "response")) as [IncomingMessage];
    answer.resume();
    return { status: answer.statusCode, goesTo: answer.headers.location };
  };

  test("is read whatever tells its length, and without a body", async (t) => {
    const house = await openHouse(t);
    assert.equal((await postSlowly(house, "/theme", { "Transfer-Encoding": "chunked" }, "theme=dark")).status, 303);
    assert.equal((await postSlowly(house, "/sign-out", {}, "")).status, 303);
    assert.equal((await postSlowly(house, "/theme", { "Transfer-Encoding": "chunked" }, `theme=${"x".repeat(70_000)}`)).status, 413);
  });
  test("is refused, and is no fault, where it is no form", async (t) => {
    const house = await openHouse(t);
    const broken = { "Content-Type": "multipart/form-data; boundary=x", "Content-Length": "7" };
    assert.equal((await postSlowly(house, "/sign-in", broken, "garbage")).status, 400);
  });
  test("counts for who is signed in when all of it has come, not when it began", async (t) => {
    const house = await openHouse(t);
    const session = await house.store.write((tx) => openSession(house.context, tx, house.who.alice.id));
    const body = "name=Thief&language=en";
    const headers = { Cookie: `__Host-session=${session}`, "Content-Length": String(body.length) };
    const answer = await postSlowly(house, "/useraccount/profile", headers, body, () => signOut(house.context, session));
    assert.deepEqual(answer, { status: 303, goesTo: "/sign-in?return=%2Fuseraccount%2Fprofile" });
  });
});

test("whoever signs in goes on to paths of ours only", () => {
  for (const path of [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "/.//evil.example",
    "/a/..//evil.example",
    "/%2e//evil.example",
    "",
    undefined,
  ])
    assert.equal(ownPath(path, "/home"), "/home");
  assert.equal(ownPath("/useraccount/contacts?q=a", "/home"), "/useraccount/contacts?q=a");
});
