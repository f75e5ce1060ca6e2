import type { Context } from "../context.ts";
import { type JsonSchema, nameIn, type SchemaBook, schemaBook } from "./json-schema.ts";
import { pathOf, type ServedRoute } from "./serve-route.ts";
import { servedRoutes } from "./served-routes.ts";

type OvhProperty = { type: string; fullType: string; canBeNull: boolean; readOnly: boolean; required: boolean; description: string };
type OvhModel = { id: string; namespace: string; description: string } & ({ properties: Record<string, OvhProperty> } | { enum: string[]; enumType: "string" });
type OvhParameter = { name: string; dataType: string; paramType: "path" | "query" | "body"; required: boolean; description: string };
type OvhOperation = {
  httpMethod: string;
  description: string;
  responseType: string;
  noAuthentication: boolean;
  apiStatus: { value: "PRODUCTION"; description: string };
  parameters: OvhParameter[];
};
export type OvhSchema = {
  apiVersion: "1.0";
  basePath: string;
  resourcePath: string;
  models: Record<string, OvhModel>;
  apis: { path: string; description: string; operations: OvhOperation[] }[];
};
export type OvhIndex = { apiVersion: "1.0"; basePath: string; apis: { path: string; schema: string; format: ["json"]; description: string }[] };

/** The parts of the API that have a schema of their own: `me`, `auth`, `services`, each product, and what products have before their slash. */
export function ovhResources({ settings }: Pick<Context, "settings">): string[] {
  const roots = servedRoutes({ settings }).map((served) => pathOf(served).split("/")[1] ?? "");
  return [...new Set(["me", "auth", "services", ...roots, ...settings.products.map(({ path }) => path)])].toSorted();
}

/** What OVHcloud's API has at `/`: where the schemas are. `basePath`: the address with the prefix. */
export function ovhIndex(context: Pick<Context, "settings">, basePath: string): OvhIndex {
  const apis = ovhResources(context).map((name) => ({
    path: `/${name}`,
    schema: "{path}.{format}",
    format: ["json"] as ["json"],
    description: `Operations about ${context.settings.products.find(({ path }) => path === name)?.names.en ?? name}`,
  }));
  return { apiVersion: "1.0", basePath, apis };
}

/** What OVHcloud's API has at `/{resource}.json`, of all paths that begin with it. */
export function ovhSchema(context: Pick<Context, "settings">, resource: string, basePath: string): OvhSchema {
  const own = servedRoutes(context).filter((served) => `${pathOf(served)}/`.startsWith(`/${resource}/`));
  const models = modelBook();
  const operations = Map.groupBy(own, pathOf);
  const apis = [...operations].map(([path, routes]) => ({
    path,
    description: routes[0]?.route.summary ?? "",
    operations: routes.map((served) => operationOf(served, models)),
  }));
  return { apiVersion: "1.0", basePath, resourcePath: `/${resource}`, models: models.told(), apis };
}

type ModelBook = { book: SchemaBook; typeOf: (schema: JsonSchema, name: string) => string; told: () => Record<string, OvhModel> };

function operationOf(served: ServedRoute, { book, typeOf }: ModelBook): OvhOperation {
  const { route } = served;
  // What has no name of its own is called after the route.
  const name = [...pathOf(served).split("/"), route.method.toLowerCase()].filter((word) => /^\w+$/.test(word)).join(".");
  const parameters = (schema: JsonSchema | undefined, paramType: OvhParameter["paramType"]): OvhParameter[] =>
    Object.entries(schema?.properties ?? {}).map(([field, one]) => ({
      name: field,
      dataType: typeOf(one, `${name}.${field}`),
      paramType,
      required: paramType === "path" || (schema?.required ?? []).includes(field),
      description: one.description ?? "",
    }));
  const body = route.body && resolved(book.input(route.body), book);
  return {
    httpMethod: route.method,
    description: route.summary,
    responseType: typeOf(book.output(route.answer), `${name}.Answer`),
    noAuthentication: route.power === undefined,
    apiStatus: { value: "PRODUCTION", description: "Stable production version" },
    parameters: [...parameters(book.input(route.params), "path"), ...parameters(book.input(route.query), "query"), ...parameters(body, "body")],
  };
}

/** Collects the models that the types of one schema lead to. */
function modelBook(): ModelBook {
  const book = schemaBook();
  const models = new Map<string, OvhModel | undefined>();
  const typeOf = (schema: JsonSchema, name: string): string => {
    if (schema.$ref) return modelled(nameIn(schema.$ref), resolved(schema, book));
    const one = withoutNull(schema);
    if (one !== schema) return typeOf(one, name);
    if (one.enum && one.type === "string") return modelled(`${name}Enum`, one);
    if (one.type === "array") return `${typeOf(one.items ?? {}, name)}[]`;
    if (one.type === "object" && one.properties) return modelled(name, one);
    if (one.type === "object") return `map[string]${typeof one.additionalProperties === "object" ? typeOf(one.additionalProperties, name) : "string"}`;
    return plainType(one);
  };
  const modelled = (id: string, schema: JsonSchema): string => {
    if (!schema.properties && !schema.enum) return typeOf(schema, id);
    if (models.has(id)) return id;
    // Before its fields are looked at: a model may hold itself.
    models.set(id, undefined);
    models.set(id, modelOf(id, schema, typeOf));
    return id;
  };
  const told = () =>
    Object.fromEntries([...models].flatMap(([id, model]) => (model ? [[id, model] as const] : [])).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  return { book, typeOf, told };
}

function modelOf(id: string, schema: JsonSchema, typeOf: ModelBook["typeOf"]): OvhModel {
  const about = { id, namespace: id.split(".").slice(0, -1).join("."), description: schema.description ?? "" };
  if (schema.enum) return { ...about, enum: schema.enum.map(String), enumType: "string" };
  const properties = Object.entries(schema.properties ?? {}).map(([name, one]): [string, OvhProperty] => {
    const type = typeOf(one, `${id}.${name}`);
    const required = (schema.required ?? []).includes(name);
    return [name, { type, fullType: type, canBeNull: withoutNull(one) !== one, readOnly: false, required, description: one.description ?? "" }];
  });
  return { ...about, properties: Object.fromEntries(properties) };
}

function resolved(schema: JsonSchema, book: SchemaBook): JsonSchema {
  return schema.$ref ? (book.components()[nameIn(schema.$ref)] ?? {}) : schema;
}

/** The schema of what may be null, without it; any other as it is. */
function withoutNull(schema: JsonSchema): JsonSchema {
  const rest = schema.anyOf?.filter((one) => one.type !== "null");
  if (rest && schema.anyOf && rest.length < schema.anyOf.length && rest[0]) return rest.length === 1 ? rest[0] : { ...schema, anyOf: rest };
  if (Array.isArray(schema.type) && schema.type.includes("null")) return { ...schema, type: schema.type.find((type) => type !== "null") ?? "null" };
  return schema;
}

function plainType(schema: JsonSchema): string {
  if (schema.format === "date-time") return "datetime";
  if (schema.format === "date") return "date";
  // In a path a number is text.
  if (schema.type === "integer" || schema.pattern?.startsWith("^[0-9]")) return "long";
  if (schema.type === "number") return "double";
  if (schema.type === "null") return "void";
  return schema.type === "boolean" ? "boolean" : "string";
}
