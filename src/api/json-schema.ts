import { z } from "zod";

/** As much of JSON Schema 2020-12 as ours are made of. */
export type JsonSchema = {
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  [keyword: string]: unknown;
};

/** Schemas in JSON, with those that have a name (`.meta({ id })`) once and by name. */
export type SchemaBook = {
  /** Of what comes in. */
  input(schema: z.ZodType): JsonSchema;
  /** Of what goes out: objects have no other fields than those told. */
  output(schema: z.ZodType): JsonSchema;
  /** By name, in the order of their names. */
  components(): Record<string, JsonSchema>;
};

const place = "#/components/schemas/";

/** The name in a reference to a component. */
export const nameIn = (ref: string): string => ref.slice(place.length);

export function schemaBook(): SchemaBook {
  const known = new Map<string, JsonSchema>();
  const add = (schema: z.ZodType, io: "input" | "output"): JsonSchema => {
    // Inside of an object, a schema that has a name is a reference like everywhere else.
    const made = z.toJSONSchema(z.object({ it: schema }), { io, unrepresentable: "any" }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
    const names = new Map(Object.keys(made.$defs ?? {}).map((name) => [name, nameFor(name, made.$defs?.[name])]));
    const told = (one: JsonSchema): JsonSchema => tidied(one, (name) => names.get(name) ?? name);
    for (const [name, one] of Object.entries(made.$defs ?? {})) known.set(names.get(name) ?? name, told(one));
    return told(made.properties?.["it"] ?? {});
  };
  // What is read of a component can be wider than what is written: two shapes, two names.
  const nameFor = (name: string, schema: JsonSchema | undefined): string => {
    const before = known.get(name);
    return !before || JSON.stringify(before) === JSON.stringify(tidied(schema ?? {}, (one) => one)) ? name : `${name}.Input`;
  };
  return {
    input: (schema) => add(schema, "input"),
    output: (schema) => add(schema, "output"),
    components: () => Object.fromEntries([...known].toSorted(([one], [other]) => (one < other ? -1 : 1))),
  };
}

/** References lead to components; what a format or a type says already is left out. */
function tidied(schema: JsonSchema, nameOf: (name: string) => string): JsonSchema {
  const inside = (one: unknown): unknown => (typeof one === "object" && one !== null ? tidied(one as JsonSchema, nameOf) : one);
  const told: JsonSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "$ref") told.$ref = place + nameOf(String(value).replace(/^#\/\$defs\//, ""));
    else if (keyword === "properties") told.properties = mapped(value as Record<string, JsonSchema>, (one) => tidied(one, nameOf));
    else if (["anyOf", "oneOf", "allOf"].includes(keyword)) told[keyword] = (value as unknown[]).map(inside);
    else if (["items", "additionalProperties"].includes(keyword)) told[keyword] = inside(value);
    else if (Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER) told.format = "int64";
    else if (!isSaidAlready(keyword, schema)) told[keyword] = value;
  }
  return told;
}

function isSaidAlready(keyword: string, { format }: JsonSchema): boolean {
  return keyword === "propertyNames" || (keyword === "pattern" && (format === "date" || format === "date-time"));
}

function mapped(schemas: Record<string, JsonSchema>, change: (schema: JsonSchema) => JsonSchema): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, change(schema)]));
}
