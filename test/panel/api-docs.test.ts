import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { routes } from "../../src/api/routes.ts";
import { type Lobby, openLobby } from "../support/panel-visitor.ts";

describe("the reference of the API", () => {
  let lobby: Lobby;
  before(async () => (lobby = await openLobby()));
  after(() => lobby.close());

  test("shows everybody each route once, and each product", async () => {
    const { status, text } = await lobby.visitor().get("/docs/api");
    assert.equal(status, 200);
    for (const { method, path } of routes) {
      const id = `${method}${path}`.replace(/[^A-Za-z0-9]+/g, "-").replace(/-$/, "");
      assert.equal(text.split(`<article class="docs-route" id="${id}">`).length, 2, id);
    }
    for (const { path } of lobby.settings.products) assert.ok(text.includes(`<code>${path}</code>`), path);
  });

  test("links only to anchors that it has, and has each once", async () => {
    const { text } = await lobby.visitor().get("/docs/api");
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id = ""]) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const [, anchor = ""] of text.matchAll(/ href="#([^"]+)"/g)) assert.ok(ids.includes(anchor), anchor);
  });

  test("stands beside the document for programs, and the foot of each page leads there", async () => {
    const document = await lobby.visitor().get("/docs/api/openapi.json");
    assert.equal((JSON.parse(document.text) as { openapi: string }).openapi, "3.1.1");
    assert.ok((await lobby.visitor().get("/sign-in")).text.includes('href="/docs/api"'));
  });
});
