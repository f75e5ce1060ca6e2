import { z } from "zod";
import type { Context } from "../context.ts";
import { errorBody, keyErrorBody } from "./errors.ts";
import { type JsonSchema, type SchemaBook, schemaBook } from "./json-schema.ts";
import { ovhResources } from "./ovh-schema.ts";
import { pathOf, type ServedRoute } from "./serve-route.ts";
import { prefixes, servedRoutes } from "./served-routes.ts";

export type Parameter = { name: string; in: "path" | "query" | "header"; required: boolean; description?: string; schema: JsonSchema };
type Answer = { description: string; headers?: Record<string, unknown>; content: { "application/json": { schema: JsonSchema } } };
export type Operation = {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, Answer>;
};
export type OpenApiDocument = {
  openapi: "3.1.1";
  info: Record<string, unknown>;
  servers: { url: string }[];
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, unknown>; headers: Record<string, unknown> };
};

/** It depends on nothing but the products and the address. */
const documents = new WeakMap<Context["settings"]["products"], Map<string, OpenApiDocument>>();

/** The OpenAPI 3.1 document of everything that is served with these settings; made once and kept. */
export function openApiDocument({ settings }: Pick<Context, "settings">): OpenApiDocument {
  const byAddress = documents.get(settings.products) ?? new Map<string, OpenApiDocument>();
  const made = byAddress.get(settings.baseUrl) ?? makeDocument(settings);
  documents.set(settings.products, byAddress.set(settings.baseUrl, made));
  return made;
}

function makeDocument(settings: Context["settings"]): OpenApiDocument {
  const book = schemaBook();
  const shapes = { ours: book.output(errorBody), keys: book.output(keyErrorBody) };
  const paths: OpenApiDocument["paths"] = {};
  const served = servedRoutes({ settings });
  for (const one of served) {
    const path = (paths[pathOf(one)] ??= {});
    path[one.route.method.toLowerCase()] = operationOf(one, book, shapes);
  }
  Object.assign(paths, tokenPath(book, shapes), descriptionPaths(shapes, settings));
  return {
    openapi: "3.1.1",
    info: { title: "Handover", version: "1.0", description: about, license: { name: "Apache 2.0", identifier: "Apache-2.0" } },
    servers: prefixes.toReversed().map((prefix) => ({ url: settings.baseUrl.replace(/\/$/, "") + prefix })),
    tags: tagsOf(served, settings),
    paths,
    components: { schemas: book.components(), securitySchemes: securitySchemes(settings), headers: answerHeaders },
  };
}

const about =
  "The contract that the client libraries of OVHcloud speak. A void answer is `null`. Errors have one of two shapes: `api.Error`, and `auth.Error` where the call was not let in. " +
  "Times are written `2026-11-21T09:30:00+01:00`, dates `2026-11-21`. Both prefixes serve the same.";

type Shapes = { ours: JsonSchema; keys: JsonSchema };

function operationOf(served: ServedRoute, book: SchemaBook, shapes: Shapes): Operation {
  const { route } = served;
  const path = pathOf(served);
  const body = route.body && book.input(route.body);
  return {
    operationId: `${route.method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+/g, "_").replace(/_$/, "")}`,
    tags: [tagOf(served)],
    summary: route.summary,
    ...(route.description && { description: route.description }),
    security: securityOf(route),
    parameters: [...fields(book.input(route.params), "path"), ...fields(book.input(route.query), "query"), ...headersOf(served)],
    ...(route.body && body && { requestBody: { required: !route.body.safeParse({}).success, content: { "application/json": { schema: body } } } }),
    responses: { 200: { ...okAnswer(answerSchema(served, book, shapes), route.pages) }, ...errorAnswers(shapes, route.power !== undefined) },
  };
}

function okAnswer(schema: JsonSchema, pages: boolean): Answer {
  const more = pages ? { "X-Pagination-Cursor-Next": { $ref: "#/components/headers/CursorNext" } } : {};
  return {
    description: "Done",
    headers: { "X-OVH-QUERYID": { $ref: "#/components/headers/QueryId" }, ...more },
    content: { "application/json": { schema } },
  };
}

/** What comes for a plain call, for an expanded list, and for a batch. */
function answerSchema({ route }: ServedRoute, book: SchemaBook, shapes: Shapes): JsonSchema {
  const plain = book.output(route.answer);
  const expanded = route.expands && { type: "array", items: book.output(route.expands), description: "With X-Pagination-Mode: the elements themselves" };
  const shown: JsonSchema = expanded ? { anyOf: [plain, expanded] } : plain;
  if (!takesBatch(route)) return shown;
  const batch: JsonSchema = {
    type: "array",
    description: "With X-Ovh-Batch: one element for each value, each with an answer or an error",
    items: {
      type: "object",
      properties: { key: { type: "string" }, value: { anyOf: [shown, { type: "null" }] }, error: { anyOf: [shapes.ours, shapes.keys, { type: "null" }] } },
      required: ["key", "value", "error"],
      additionalProperties: false,
    },
  };
  return { anyOf: [...(expanded ? [plain, expanded] : [plain]), batch] };
}

/** Whether several values can be joined in the last parameter of the path. */
export function takesBatch(route: Pick<ServedRoute["route"], "method" | "path">): boolean {
  return route.method === "GET" && /\{(?!product\})/.test(route.path);
}

/** What each status of an error says. */
export const errorReasons: Readonly<Record<number, string>> = {
  400: "The call cannot be read, or its signature is wrong",
  403: "Not allowed: the call was not let in, or a rule says no",
  404: "There is no such thing for this account",
  409: "It cannot be done as things are, or it was done before",
  413: "The body is larger than 64 KB",
  422: "The Idempotency-Key was used for another call",
  429: "Too often; Retry-After says when again",
  500: "A fault of the server",
  503: "The database cannot be reached at the moment; nothing was done",
};

function errorAnswers({ ours, keys }: Shapes, guarded: boolean): Record<string, Answer> {
  const told = Object.entries(errorReasons).map(([status, description]): [string, Answer] => {
    const both = (guarded || status === "403") && (status === "400" || status === "403");
    const schema: JsonSchema = both ? { anyOf: [ours, keys] } : ours;
    const wait = status === "429" || status === "503" ? { "Retry-After": { $ref: "#/components/headers/RetryAfter" } } : {};
    return [
      status,
      { description, headers: { "X-OVH-QUERYID": { $ref: "#/components/headers/QueryId" }, ...wait }, content: { "application/json": { schema } } },
    ];
  });
  return Object.fromEntries(told);
}

/** The fields of an object as parameters. */
export function fields(schema: JsonSchema, place: Parameter["in"]): Parameter[] {
  return Object.entries(schema.properties ?? {}).map(([name, one]) => ({
    name,
    in: place,
    required: place === "path" || (schema.required ?? []).includes(name),
    ...(one.description !== undefined && { description: one.description }),
    schema: one,
  }));
}

/** The headers that a route understands beside those of authentication. */
export function headersOf({ route }: Pick<ServedRoute, "route">): Parameter[] {
  return [
    ...(takesBatch(route) ? [batchHeader] : []),
    ...(route.pages ? [sizeHeader, cursorHeader] : []),
    ...(route.expands ? [modeHeader] : []),
    ...(route.writes ? [idempotencyHeader] : []),
  ];
}

const header = (name: string, description: string, schema: JsonSchema): Parameter => ({ name, in: "header", required: false, description, schema });
const batchHeader = header("X-Ovh-Batch", "What separates several values in the last parameter of the path, up to 1,000; usually a comma", { type: "string" });
const sizeHeader = header("X-Pagination-Size", "Give the list in pages of so many elements", { type: "integer", minimum: 1, maximum: 1000 });
const cursorHeader = header("X-Pagination-Cursor", "Go on from here: the X-Pagination-Cursor-Next of the page before", { type: "string" });
const modeHeader = header("X-Pagination-Mode", "Give the elements themselves and not their ids", {
  enum: ["CachedObjectList-Cursor", "CachedObjectList-Pages"],
});
const idempotencyHeader = header("Idempotency-Key", "A word of your choice: the call is carried out once, and made again it gets the first answer", {
  type: "string",
  pattern: "^[\\x21-\\x7e]{1,255}$",
});

const answerHeaders = {
  QueryId: { description: "The number of this call, to tell whoever runs the server", schema: { type: "string" } },
  CursorNext: { description: "Where the next page begins; absent on the last", schema: { type: "string" } },
  RetryAfter: { description: "In so many seconds", schema: { type: "integer" } },
};

/** To ask for a key an application names itself; it cannot sign yet. */
function securityOf({ power, path }: ServedRoute["route"]): Operation["security"] {
  if (power !== undefined) return [signed, { oauth2: ["all"] }];
  return path === "/auth/credential" ? [{ application: [] }] : [];
}

const signed = { application: [], consumer: [], timestamp: [], signature: [] };

function securitySchemes(settings: Context["settings"]): Record<string, unknown> {
  const key = (name: string, description: string) => ({ type: "apiKey", in: "header", name, description });
  return {
    application: key("X-Ovh-Application", "The application's key"),
    consumer: key("X-Ovh-Consumer", "The consumer key, validated by a person"),
    timestamp: key("X-Ovh-Timestamp", "Seconds since 1970, within 180 of GET /auth/time"),
    signature: key(
      "X-Ovh-Signature",
      '`"$1$" + hex(sha1(secret + "+" + consumerKey + "+" + METHOD + "+" + URL + "+" + BODY + "+" + timestamp))`, over the bytes as they are sent',
    ),
    oauth2: {
      type: "oauth2",
      flows: { clientCredentials: { tokenUrl: `${settings.baseUrl.replace(/\/$/, "")}/auth/oauth2/token`, scopes: { all: "What the client's rules allow" } } },
    },
  };
}

/** Products have a tag each; the rest goes by the first word of the path. */
function tagOf({ route, product }: ServedRoute): string {
  return product ? product.path : (route.path.split("/")[1] ?? "");
}

function tagsOf(served: readonly ServedRoute[], { products }: Context["settings"]): OpenApiDocument["tags"] {
  const names = [...new Set([...served.map(tagOf), "auth", "schemas"])];
  return names.map((name) => {
    const product = products.find((one) => one.path === name);
    return product ? { name, description: product.names.en } : { name };
  });
}

const tokenInput = z.object({
  grant_type: z.literal("client_credentials"),
  scope: z.string().optional(),
  client_id: z.string().optional(),
  client_secret: z.string().optional(),
});
const tokenAnswer = z
  .object({ access_token: z.string(), token_type: z.literal("Bearer"), expires_in: z.int(), scope: z.string() })
  .meta({ id: "auth.oauth2.Token", description: "An access token" });
const tokenError = z
  .object({ error: z.string(), error_description: z.string() })
  .meta({ id: "auth.oauth2.Error", description: "Why there is no token (RFC 6749)" });

function tokenPath(book: SchemaBook, shapes: Shapes): OpenApiDocument["paths"] {
  const refused = (description: string): Answer => ({
    description,
    content: { "application/json": { schema: { anyOf: [book.output(tokenError), shapes.ours, shapes.keys] } } },
  });
  const post: Operation = {
    operationId: "post_auth_oauth2_token",
    tags: ["auth"],
    summary: "Get an access token for a client's id and secret",
    security: [],
    parameters: [],
    requestBody: { required: true, content: { "application/x-www-form-urlencoded": { schema: book.input(tokenInput) } } },
    responses: {
      ...errorAnswers(shapes, false),
      200: okAnswer(book.output(tokenAnswer), false),
      400: refused("The call cannot be read"),
      429: refused("Too often; Retry-After says when again"),
      401: refused("The client is unknown, or its secret is wrong"),
      403: refused("The client may not have a token"),
    },
  };
  return { "/auth/oauth2/token": { post } };
}

function descriptionPaths(shapes: Shapes, settings: Context["settings"]): OpenApiDocument["paths"] {
  const get = (path: string, summary: string): [string, { get: Operation }] => {
    const operationId = `get${path.replace(/[^A-Za-z0-9]+/g, "_")}`;
    const responses = { 200: okAnswer({ type: "object" }, false), ...errorAnswers(shapes, false) };
    return [path, { get: { operationId, tags: ["schemas"], summary, security: [], parameters: [], responses } }];
  };
  return Object.fromEntries([
    get("/", "Get the list of the schemas in OVHcloud's form"),
    get("/openapi.json", "Get this document"),
    ...ovhResources({ settings }).map((name) => get(`/${name}.json`, `Get the schema of /${name} in OVHcloud's form`)),
  ]);
}
