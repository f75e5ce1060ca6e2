import assert from "node:assert/strict";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { type OpenApiDocument, openApiDocument } from "../../src/api/document.ts";
import type { Context } from "../../src/context.ts";
import products from "../../src/products.json" with { type: "json" };

/** One call as it was made, and its answer. `path`: with prefix and query, as it was sent; `headers`: those of the answer. */
export type Answered = { method: string; path: string; status: number; headers: Headers | Readonly<Record<string, unknown>>; body: unknown };

type Contract = { document: OpenApiDocument; ajv: Ajv2020; validators: Map<string, ValidateFunction>; patterns: { path: string; fits: RegExp }[] };

const contracts = new WeakMap<OpenApiDocument, Contract>();
const usual = { baseUrl: "http://127.0.0.1:3000", products } as unknown as Context["settings"];

/** Fails unless this answer is one that the OpenAPI document tells: its status, its headers, and every field of its body. */
export function checkAnswer(answered: Answered, settings: Context["settings"] = usual): void {
  const { method, status, body } = answered;
  const contract = contractOf(openApiDocument({ settings }));
  const path = answered.path.replace(/[?#].*$/, "").replace(/^\/(1\.0|v1)(?=\/|$)/, "") || "/";
  const call = `${method} ${path} → ${status}`;
  assert.ok(/^ext\.[0-9a-f]{24}$/.test(headerOf(answered, "X-OVH-QUERYID")), `${call}: no query id`);
  assert.match(headerOf(answered, "Content-Type"), /^application\/json(;|$)/, `${call}: not JSON`);
  const found = contract.patterns.filter(({ fits }) => fits.test(path));
  const route = found.find((one) => contract.document.paths[one.path]?.[method.toLowerCase()]);
  if (!route) return checkStranger(contract, call, { status, body, known: found.length > 0 });
  const told = contract.document.paths[route.path]?.[method.toLowerCase()]?.responses[status];
  assert.ok(told, `${call}: the document does not know this status; answered ${shown(body)}`);
  validate(contract, `${method} ${route.path} ${status}`, told.content["application/json"].schema, body, call);
  if (headerOf(answered, "X-Pagination-Cursor-Next"))
    assert.ok(told.headers?.["X-Pagination-Cursor-Next"], `${call}: a next page that the document does not know`);
  if (status === 429) assert.match(headerOf(answered, "Retry-After"), /^[1-9][0-9]*$/, `${call}: no Retry-After`);
}

/** What is said where there is no such route, or not by this method. */
function checkStranger(contract: Contract, call: string, { status, body, known }: { status: number; body: unknown; known: boolean }): void {
  const expected = known ? [400, 404, 405, 413] : [400, 404, 413];
  assert.ok(expected.includes(status), `${call}: no such operation in the document; answered ${shown(body)}`);
  validate(contract, "no operation", { $ref: "#/components/schemas/api.Error" }, body, call);
}

function validate({ ajv, validators }: Contract, key: string, schema: object, body: unknown, call: string): void {
  const known = validators.get(key) ?? ajv.compile(withPlace(schema));
  validators.set(key, known);
  assert.ok(known(body), `${call}: the document does not allow ${shown(body)}: ${ajv.errorsText(known.errors)}`);
}

function contractOf(document: OpenApiDocument): Contract {
  const known = contracts.get(document);
  if (known) return known;
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
  formats.default(ajv);
  ajv.addVocabulary(["components", "example"]);
  ajv.addSchema({ $id: "api", components: { schemas: document.components.schemas } });
  const patterns = Object.keys(document.paths)
    .toSorted((one, other) => one.split("{").length - other.split("{").length)
    .map((path) => ({ path, fits: new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^}]+\}/g, "[^/]+")}$`) }));
  const contract: Contract = { document, ajv, validators: new Map(), patterns };
  contracts.set(document, contract);
  return contract;
}

function withPlace(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"api#/')) as object;
}

function headerOf({ headers }: Answered, name: string): string {
  if (headers instanceof Headers) return headers.get(name) ?? "";
  const value = Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  return typeof value === "string" ? value : "";
}

function shown(body: unknown): string {
  return (JSON.stringify(body) ?? "nothing").slice(0, 500);
}
