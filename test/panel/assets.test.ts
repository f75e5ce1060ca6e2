import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openLobby, type Visitor } from "../support/panel-visitor.ts";

async function fileOf(visitor: Visitor): Promise<string> {
  const page = await visitor.get("/sign-in");
  return /"(\/static\/[0-9a-f]{12}\/panel\.css)"/.exec(page.text)?.[1] ?? "";
}

test("a file is nothing but what its type says, is kept for ever, and comes by https only", async () => {
  const lobby = await openLobby({ baseUrl: "https://panel.example.com" });
  after(() => lobby.close());
  const visitor = lobby.visitor();
  const file = await visitor.get(await fileOf(visitor));
  assert.equal(file.status, 200);
  assert.equal(file.headers.get("X-Content-Type-Options"), "nosniff");
  assert.equal(file.headers.get("Strict-Transport-Security"), "max-age=31536000");
  assert.match(file.headers.get("Cache-Control") ?? "", /immutable/);
  const missing = await visitor.get("/static/000000000000/panel.css");
  assert.equal(missing.status, 404);
  assert.equal(missing.headers.get("X-Content-Type-Options"), "nosniff");
  assert.equal(missing.headers.get("Strict-Transport-Security"), "max-age=31536000");
});

test("where there is no https, files do not ask for it", async () => {
  const lobby = await openLobby({ baseUrl: "http://panel.example.com" });
  after(() => lobby.close());
  const visitor = lobby.visitor();
  const file = await visitor.get(await fileOf(visitor));
  assert.equal(file.headers.get("X-Content-Type-Options"), "nosniff");
  assert.equal(file.headers.get("Strict-Transport-Security"), null);
});
