import fc from "fast-check";
import type { OpenApiDocument, Operation, Parameter } from "../../src/api/document.ts";
import type { JsonSchema } from "../../src/api/json-schema.ts";
import { type Name, names } from "./cast.ts";

/** Stands for something real that is looked up when the call is made: an id or a name that some list has told, a handle, a code. */
export type Real = { real: "listed" | "handle" | "code"; pick: number };
export type FuzzedCall = {
  member: Name | "nobody" | "forger";
  method: string;
  path: string;
  params: Record<string, (Real | string)[]>;
  query: [name: string, value: string][];
  headers: Record<string, string>;
  body: unknown;
  /** Sent as it is. */
  text: string | undefined;
  /** ms that pass before the call. */
  pause: number;
};

const made = new WeakMap<OpenApiDocument, fc.Arbitrary<FuzzedCall>>();

/** Calls of everything in the document, well and badly made. */
export function fuzzedCalls(document: OpenApiDocument): fc.Arbitrary<FuzzedCall> {
  const known = made.get(document) ?? makeCalls(document);
  made.set(document, known);
  return known;
}

function makeCalls(document: OpenApiDocument): fc.Arbitrary<FuzzedCall> {
  const all = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));
  // The routes that every product has count once.
  const kinds = [...Map.groupBy(all, ({ method, operation }) => `${method} ${operation.summary.replace(/ \/.*/, "")}`).values()];
  return fc.oneof(...kinds.map((kind) => fc.oneof(...kind.map(({ path, method, operation }) => fuzzedCall(document, path, method, operation)))));
}

function fuzzedCall(document: OpenApiDocument, path: string, method: string, operation: Operation): fc.Arbitrary<FuzzedCall> {
  const of = (place: Parameter["in"]): Parameter[] => operation.parameters.filter((one) => one.in === place);
  const schema = operation.requestBody?.content["application/json"]?.schema;
  const batch = of("header").some(({ name }) => name === "X-Ovh-Batch");
  const value = fc.oneof({ weight: 3, arbitrary: real("listed") }, { weight: 1, arbitrary: hostileText });
  const values = fc.oneof({ weight: 5, arbitrary: fc.tuple(value) }, { weight: batch ? 2 : 0, arbitrary: fc.array(value, { maxLength: 5 }) });
  return fc.record({
    member: fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: fc.constantFrom("nobody" as const, "forger" as const) }),
    method: fc.oneof(
      { weight: 30, arbitrary: fc.constant(method.toUpperCase()) },
      { weight: 1, arbitrary: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS") },
    ),
    path: fc.constant(path),
    params: fc.record(Object.fromEntries(of("path").map(({ name }) => [name, values]))),
    query: fuzzedQuery(document, of("query")),
    headers: fuzzedHeaders(document, of("header")),
    body: schema ? fuzzedBody(document, schema) : fc.oneof(fc.constant(undefined), fc.constant({}), fc.jsonValue()),
    text: fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: hostileJson }),
    pause: fc.oneof(
      { weight: 20, arbitrary: fc.constant(0) },
      { weight: 2, arbitrary: fc.constant(5 * 60_000) },
      { weight: 1, arbitrary: fc.constant(13 * 3_600_000) },
    ),
  });
}

function real(kind: Real["real"]): fc.Arbitrary<Real> {
  return fc.record({ real: fc.constant(kind), pick: fc.nat(10_000) });
}

const hostileText = fc.oneof(
  fc.constantFrom(
    "0",
    "-1",
    "1.5",
    "1e3",
    "0x10",
    "9007199254740993",
    "99999999999999999999999",
    "NaN",
    "null",
    "undefined",
    "%",
    "%%",
    "_",
    "*",
    "'",
    "' or 1=1 --",
    "\0",
    "a\0b",
    "../../etc/passwd",
    "a/b",
    "203.0.113.0/28",
    "1,2",
    ",",
    "__proto__",
    "constructor",
    "🦊",
    "é",
    "\u202e",
    "\ud800",
    " ",
    "a".repeat(300),
    "a".repeat(3000),
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({ maxLength: 20 }),
  fc.bigInt().map(String),
);

const hostileJson = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "{",
    "nul",
    "null",
    "[]",
    "0",
    '""',
    "true",
    "{}",
    "[[]]",
    "1e999",
    "-0",
    '{"a":1,"a":2}',
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":{}}}',
    "\ufeff{}",
    "a=b&c=d",
    '{"token":"\\ud800"}',
    `${"[".repeat(5000)}${"]".repeat(5000)}`,
    `{"token":"${"x".repeat(70_000)}"}`,
    `{"id":${"9".repeat(400)}}`,
  ),
  fc.json(),
  fc.string({ unit: "binary", maxLength: 40 }),
);

function fuzzedQuery(document: OpenApiDocument, parameters: readonly Parameter[]): fc.Arbitrary<FuzzedCall["query"]> {
  const known = parameters.map(({ name, schema }) =>
    fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: likely(document, schema, name).map((value) => [[name, textOf(value)] as [string, string]]) },
      { weight: 1, arbitrary: fc.array(hostileText, { maxLength: 2 }).map((values) => values.map((value): [string, string] => [name, value])) },
    ),
  );
  const more = fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(fc.tuple(hostileText, hostileText), { maxLength: 2 }) });
  return fc.tuple(...known, more).map((parts) => parts.flat() as FuzzedCall["query"]);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** What a header can hold at all. */
const headerText = fc.oneof(
  fc.constantFrom("", "0", "1", "-1", "1001", "1e2", ",", ";", "null", "a".repeat(300)),
  fc.string({ maxLength: 20 }).map((text) => text.replace(/[^\x20-\x7e]/g, "x")),
  fc.nat().map(String),
);

function fuzzedHeaders(document: OpenApiDocument, parameters: readonly Parameter[]): fc.Arbitrary<Record<string, string>> {
  const few = fc.integer({ min: 1, max: 4 }).map(String);
  const fitting = ({ name, schema }: Parameter): fc.Arbitrary<string> => {
    if (name === "X-Ovh-Batch") return fc.constant(",");
    if (name === "Idempotency-Key") return fc.constantFrom("one", "two", "three");
    return name === "X-Pagination-Size" ? few : likely(document, schema, name).map(textOf);
  };
  const known = parameters.map((one) =>
    fc
      .oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 3, arbitrary: fitting(one) }, { weight: 1, arbitrary: headerText })
      .map((value): [string, string][] => (value === undefined ? [] : [[one.name, value.replace(/[^\x20-\x7e]/g, "x")]])),
  );
  const strange = fc.constantFrom("Content-Type", "Accept", "X-Forwarded-For", "Authorization", "X-Ovh-Batch", "X-Pagination-Mode", "Idempotency-Key");
  const more = fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.tuple(strange, headerText).map((one) => [one]) });
  return fc.tuple(...known, more).map((parts) => Object.fromEntries(parts.flat() as [string, string][]));
}

/** A body as it should be, one with a field spoilt, none, or anything. */
function fuzzedBody(document: OpenApiDocument, schema: JsonSchema): fc.Arbitrary<unknown> {
  const good = likely(document, schema, "");
  const spoilt = fc.tuple(good, fc.nat(20), fc.jsonValue()).map(([body, at, junk]) => {
    if (typeof body !== "object" || body === null) return junk;
    const keys = Object.keys(body);
    return { ...body, [keys[at % (keys.length + 1)] ?? "more"]: junk };
  });
  return fc.oneof(
    { weight: 5, arbitrary: good },
    { weight: 3, arbitrary: spoilt },
    { weight: 1, arbitrary: fc.jsonValue() },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

/** Something that a schema allows, mostly. */
function likely(document: OpenApiDocument, schema: JsonSchema, name: string, depth = 0): fc.Arbitrary<unknown> {
  const inside = (one: JsonSchema, field = name): fc.Arbitrary<unknown> => likely(document, one, field, depth + 1);
  if (depth > 6) return fc.constant(null);
  if (schema.$ref) return inside(document.components.schemas[schema.$ref.replace(/.*\//, "")] ?? {});
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if ("const" in schema) return fc.constant(schema.const);
  const alternatives = (schema.anyOf ?? schema["oneOf"]) as JsonSchema[] | undefined;
  if (alternatives) return fc.oneof(...alternatives.map((one) => inside(one)));
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => inside({ ...schema, type })));
  if (schema.type === "object") return likelyObject(schema, inside);
  if (schema.type === "array") return fc.array(inside(schema.items ?? {}), { maxLength: 4 });
  if (schema.type === "integer" || schema.type === "number") return fc.oneof(fc.integer({ min: 0, max: 20 }), fc.maxSafeInteger(), fc.double());
  if (schema.type === "boolean") return fc.boolean();
  if (schema.type === "null") return fc.constant(null);
  return likelyText(schema, name);
}

function likelyObject(schema: JsonSchema, inside: (one: JsonSchema, field: string) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const told = Object.entries(schema.properties ?? {}).map(([field, one]) => [field, inside(one, field)] as const);
  return fc.record(Object.fromEntries(told), { requiredKeys: schema.required ?? [] });
}

function likelyText(schema: JsonSchema, name: string): fc.Arbitrary<unknown> {
  if (/^contact|account/i.test(name)) return fc.oneof({ weight: 5, arbitrary: real("handle") }, { weight: 1, arbitrary: hostileText });
  if (name === "token") return fc.oneof({ weight: 5, arbitrary: real("code") }, { weight: 1, arbitrary: hostileText });
  if (name === "path") return fc.constantFrom("/*", "/me", "/me/*", "/domain/*", "/*/*", "//", "*", "/auth/%2e%2e/*");
  if (schema.format === "date") return fc.constantFrom("2026-01-20", "2026-13-45", "0000-00-00", "2024-02-29");
  if (schema.format === "date-time") return fc.constantFrom("2026-01-20T10:00:00+01:00", "2026-01-20T10:00:00Z", "2026-01-20T25:00:00Z");
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        "%",
        "e%",
        "example.net",
        "mail@example.org",
        "192.0.2.1",
        "192.0.2.0/33",
        "https://example.com/back",
        "javascript:alert(1)",
        "7",
      ),
    },
    { weight: 1, arbitrary: hostileText },
  );
}
