import type { Context } from "../context.ts";
import { errorReasons, fields, headersOf, type Parameter } from "./document.ts";
import { type JsonSchema, nameIn, type SchemaBook, schemaBook } from "./json-schema.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes.ts";

/** A field, a parameter or a header, for people. `model`: the type that its type is made of, where that has a name. */
export type ReferenceField = { name: string; type: string; model: string | undefined; required: boolean; description: string };
export type ReferenceModel = { id: string; description: string; fields: ReferenceField[]; words: string[] };
export type ReferenceRoute = {
  /** Good as an anchor. */
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  open: boolean;
  parameters: (ReferenceField & { in: Parameter["in"] })[];
  body: ReferenceField[] | undefined;
  answer: { type: string; model: string | undefined };
  errors: { status: string; text: string }[];
  example: { call: string; answer: string };
};
export type Reference = {
  groups: { id: string; title: string; routes: ReferenceRoute[] }[];
  products: { path: string; name: string }[];
  models: ReferenceModel[];
};

const made = new WeakMap<Context["settings"], Reference>();

/** Everything that programs can call, for people: each route once, however many products have it. Made once and kept. */
export function apiReference({ settings }: Pick<Context, "settings">): Reference {
  const reference = made.get(settings) ?? makeReference(settings);
  made.set(settings, reference);
  return reference;
}

const titles = [
  { id: "auth", title: "Keys and signing in", begins: "/auth" },
  { id: "products", title: "Services of a product", begins: "/{product}" },
  { id: "services", title: "All services", begins: "/services" },
  { id: "requests", title: "Requests for changes of contacts", begins: "/me/task/contactChange" },
  { id: "account", title: "The account", begins: "/" },
] as const;

function makeReference({ products, baseUrl }: Context["settings"]): Reference {
  const book = schemaBook();
  const groupOf = (route: Route): string => titles.find(({ begins }) => route.path.startsWith(begins))?.id ?? "account";
  const told = routes.map((route) => ({ group: groupOf(route), route: toldRoute(route, book, baseUrl) }));
  return {
    groups: titles.map(({ id, title }) => ({ id, title, routes: told.filter(({ group }) => group === id).map(({ route }) => route) })),
    products: products.map(({ path, names }) => ({ path, name: names.en })),
    models: Object.entries(book.components()).map(([id, schema]) => toldModel(id, schema)),
  };
}

function toldRoute(route: Route, book: SchemaBook, baseUrl: string): ReferenceRoute {
  const body = route.body && book.input(route.body);
  const answer = book.output(route.answer);
  const parameters = [...fields(book.input(route.params), "path"), ...fields(book.input(route.query), "query"), ...headersOf({ route })];
  if (route.expands) book.output(route.expands);
  return {
    id: `${route.method}${route.path}`.replace(/[^A-Za-z0-9]+/g, "-").replace(/-$/, ""),
    method: route.method,
    path: route.path,
    summary: route.summary,
    description: route.description ?? "",
    open: route.power === undefined,
    parameters: parameters.map((one) => ({ ...toldField(one.name, one.schema, one.required), description: one.description ?? "", in: one.in })),
    body: body && toldFields(resolved(body, book)),
    answer: { type: typeOf(answer), model: modelOf(answer) },
    errors: Object.entries(errorReasons).map(([status, text]) => ({ status, text })),
    example: { call: exampleCall(route, body, book, baseUrl), answer: JSON.stringify(exampleOf(answer, book, ""), null, 2) },
  };
}

function toldModel(id: string, schema: JsonSchema): ReferenceModel {
  return { id, description: schema.description ?? "", fields: toldFields(schema), words: (schema.enum ?? []).map(String) };
}

function toldFields(schema: JsonSchema): ReferenceField[] {
  return Object.entries(schema.properties ?? {}).map(([name, one]) => toldField(name, one, (schema.required ?? []).includes(name)));
}

function toldField(name: string, schema: JsonSchema, required: boolean): ReferenceField {
  return { name, type: typeOf(schema), model: modelOf(schema), required, description: schema.description ?? "" };
}

function resolved(schema: JsonSchema, book: SchemaBook): JsonSchema {
  return schema.$ref ? (book.components()[nameIn(schema.$ref)] ?? {}) : schema;
}

/** A type in few words: `nichandle.contactChange.Task`, `long[]`, `string or null`. */
function typeOf(schema: JsonSchema): string {
  if (schema.$ref) return nameIn(schema.$ref);
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.enum) return schema.enum.map((word) => JSON.stringify(word)).join(" or ");
  if (Array.isArray(schema.type)) return schema.type.join(" or ");
  if (schema.type === "array") return `${typeOf(schema.items ?? {})}[]`;
  if (schema.type === "integer" || schema.pattern?.startsWith("^[0-9]")) return "whole number";
  if (schema.format === "date-time") return "time";
  return schema.format === "date" ? "date" : (schema.type ?? "anything");
}

function modelOf(schema: JsonSchema): string | undefined {
  if (schema.$ref) return nameIn(schema.$ref);
  return schema.items ? modelOf(schema.items) : schema.anyOf?.map(modelOf).find((id) => id !== undefined);
}

function exampleCall(route: Route, body: JsonSchema | undefined, book: SchemaBook, baseUrl: string): string {
  const path = route.path
    .replace("{product}", "domain")
    .replace("{serviceName}", "example.net")
    .replace(/\{[^}]+\}/g, "42");
  const lines = [`curl ${route.method === "GET" ? "" : `-X ${route.method} `}${baseUrl.replace(/\/$/, "")}/v1${path}`];
  if (route.power !== undefined) lines.push('-H "Authorization: Bearer $TOKEN"');
  if (body) lines.push('-H "Content-Type: application/json"', `-d '${JSON.stringify(exampleOf(body, book, ""))}'`);
  return lines.join(" \\\n  ");
}

const words: Readonly<Record<string, string>> = {
  domain: "example.net",
  serviceDomain: "example.net",
  token: "the code from the mail",
  email: "mail@example.com",
  newEmail: "mail@example.com",
  method: "GET",
  path: "/me/*",
  class: "Client::NotFound",
};

/** A value that a schema allows. */
function exampleOf(schema: JsonSchema, book: SchemaBook, name: string, depth = 0): unknown {
  const inside = (one: JsonSchema, field = name): unknown => exampleOf(one, book, field, depth + 1);
  if (depth > 6) return null;
  if (schema.$ref) return inside(resolved(schema, book));
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return inside(schema.anyOf[0] ?? {});
  if (schema.type === "object") return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([field, one]) => [field, inside(one, field)]));
  if (schema.type === "array") return [inside(schema.items ?? {})];
  return plainExamples[String(schema.type)] ?? (schema.type === "null" ? null : exampleText(schema, name));
}

const plainExamples: Readonly<Record<string, unknown>> = { integer: 42, number: 42, boolean: true };

function exampleText({ format }: JsonSchema, name: string): string {
  if (format === "date-time") return "2026-11-21T09:30:00+01:00";
  if (format === "date") return "2026-11-21";
  return /^contact|account$|nichandle/i.test(name) ? "da100004-ovh" : (words[name] ?? "text");
}
