import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { openApiDocument } from "../../src/api/document.ts";
import { pathOf } from "../../src/api/serve-route.ts";
import { servedRoutes } from "../../src/api/served-routes.ts";
import type { Context } from "../../src/context.ts";
import products from "../../src/products.json" with { type: "json" };
import { checkAnswer } from "../support/api-contract.ts";

const settings = { baseUrl: "https://handover.example", products } as unknown as Context["settings"];
const document = openApiDocument({ settings });
const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.values(methods).map((operation) => ({ path, operation })));

describe("the OpenAPI document", () => {
  test("has every route that is served, once, those of products for each of them", () => {
    for (const served of servedRoutes({ settings })) assert.ok(document.paths[pathOf(served)]?.[served.route.method.toLowerCase()], pathOf(served));
    const ids = operations.map(({ operation }) => operation.operationId);
    assert.equal(new Set(ids).size, ids.length);
  });

  test("names every parameter of a path, and no other", () => {
    for (const { path, operation } of operations) {
      const named = operation.parameters.filter((one) => one.in === "path").map((one) => one.name);
      assert.deepEqual(named.toSorted(), [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name).toSorted(), path);
    }
  });

  test("refers only to components that it has, and its schemas hold to their standard", () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(schemas|headers)\/([^"]+)"/g)];
    for (const [, kind = "", name = ""] of refs) assert.ok(name in (document.components[kind as "schemas" | "headers"] ?? {}), name);
    const ajv = new Ajv2020({ strict: true, strictTypes: false });
    formats.default(ajv);
    ajv.addVocabulary(["components", "example"]);
    ajv.addSchema({ $id: "api", components: { schemas: document.components.schemas } });
    for (const name of Object.keys(document.components.schemas)) assert.equal(typeof ajv.getSchema(`api#/components/schemas/${name}`), "function", name);
  });

  test("is made once", () => {
    assert.equal(openApiDocument({ settings }), document);
  });
});

describe("an answer is held to the document", () => {
  const headers = { "X-OVH-QUERYID": `ext.${"0".repeat(24)}`, "Content-Type": "application/json" };
  const time = { method: "GET", path: "/v1/auth/time", status: 200, headers, body: 1_700_000_000 };

  test("by its body, status, path and headers", () => {
    checkAnswer(time);
    checkAnswer({ ...time, path: "/1.0/auth/time?x=1" });
    checkAnswer({ ...time, path: "/v1/nowhere", status: 404, body: { class: "Client::NotFound", message: "Got an invalid (or empty) URL" } });
    const wrong = [
      { body: "now" },
      { status: 201 },
      { path: "/v1/nowhere" },
      { headers: {} },
      { status: 404, body: { class: "Client::NotFound", message: "no", more: 1 } },
    ];
    for (const change of wrong) assert.throws(() => checkAnswer({ ...time, ...change }), JSON.stringify(change));
  });
});
