import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type OvhSchema, ovhResources } from "../../src/api/ovh-schema.ts";
import { pathOf } from "../../src/api/serve-route.ts";
import { servedRoutes } from "../../src/api/served-routes.ts";
import { openSwitchboard, type Switchboard } from "../support/api-caller.ts";

describe("the schemas in OVHcloud's form", () => {
  let board: Switchboard;
  before(async () => (board = await openSwitchboard()));
  after(() => board.close());

  const read = async (resource: string): Promise<OvhSchema> => (await board.unsigned("GET", `/${resource}.json`)).body as OvhSchema;

  test("are listed at the root, open to everybody, under both prefixes", async () => {
    for (const prefix of ["/1.0", "/v1"]) {
      const { body, status } = await board.raw(new Request(`http://127.0.0.1:3000${prefix}/`));
      assert.equal(status, 200);
      const { apis, basePath } = body as { basePath: string; apis: { path: string }[] };
      assert.equal(basePath, `http://127.0.0.1:3000${prefix}`);
      assert.ok(["/me", "/auth", "/services", "/domain", "/hosting/web"].every((path) => apis.some((one) => one.path === path)));
    }
  });

  test("have each route that is served in that of its product or first word", async () => {
    for (const served of servedRoutes(board)) {
      const { apis } = await read(served.product?.path ?? pathOf(served).split("/")[1] ?? "");
      const api = apis.find(({ path }) => path === pathOf(served));
      assert.ok(
        api?.operations.some(({ httpMethod }) => httpMethod === served.route.method),
        pathOf(served),
      );
    }
  });

  test("lead from every type to a model or to a word of OVHcloud's", async () => {
    const words = ["string", "long", "double", "boolean", "datetime", "date", "void"];
    for (const resource of ovhResources(board)) {
      const { models, apis } = await read(resource);
      const types = [
        ...apis.flatMap(({ operations }) => operations.flatMap((one) => [one.responseType, ...one.parameters.map(({ dataType }) => dataType)])),
        ...Object.values(models).flatMap((model) => ("properties" in model ? Object.values(model.properties).map(({ fullType }) => fullType) : [])),
      ];
      for (const type of types.map((one) => one.replace(/^map\[string\]/, "").replace(/(\[\])+$/, "")))
        assert.ok(words.includes(type) || type in models, `${resource}: ${type}`);
    }
  });

  test("say of what needs no key that it needs none", async () => {
    const { apis } = await read("auth");
    assert.equal(apis.find(({ path }) => path === "/auth/time")?.operations[0]?.noAuthentication, true);
  });
});
