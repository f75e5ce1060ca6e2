import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { ownPath } from "../../src/panel/forms.ts";
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
