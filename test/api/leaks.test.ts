import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { z } from "zod";
import { pathOf, type ServedRoute } from "../../src/api/serve-route.ts";
import { servedRoutes } from "../../src/api/served-routes.ts";
import type { Context } from "../../src/context.ts";
import products from "../../src/products.json" with { type: "json" };
import { type ApiAnswer, type ApiCaller, openSwitchboard, type Switchboard } from "../support/api-caller.ts";

/** What somebody else has, and what nobody has, in the same form. */
type Pair = { existing: string; unknown: string };

const settings = { products: products.filter(({ path }) => ["domain", "hosting/web", "ip/service"].includes(path)) };
const served = servedRoutes({ settings: settings as unknown as Context["settings"] });
const nobodys = { id: "987654321", name: "nobody.example", handle: "zz987654-ovh", email: "nobody@example.com" };

describe("no call tells whoever is not concerned whether something exists", async () => {
  let board: Switchboard;
  let mallory: ApiCaller;
  let pairs: Pair[];

  before(async () => {
    board = await openHouse();
    // Ids that others have are below those of mallory's own key.
    for (let i = 0; i < 30; i++) await board.as("alice");
    mallory = await board.as("mallory");
    pairs = await collectPairs(board);
  });
  after(() => board.close());

  test("is tried with what really exists", async () => {
    const found = await (await board.as("alice")).get("/me/task/contactChange/1");
    assert.equal(found.status, 200);
    for (const value of ["1", "example.net", "203.0.113.0/28", board.who.alice.handle])
      assert.ok(
        pairs.some(({ existing }) => existing === value),
        value,
      );
  });

  for (const one of served.filter(({ route }) => route.path.replace("{product}", "").includes("{"))) {
    const { method } = one.route;
    test(`${method} ${pathOf(one)}`, async () => {
      for (const { existing, unknown } of fillings(one, pairs)) {
        for (const body of bodiesOf(one)) {
          const [foreign, absent] = [await asMallory(method, existing, body), await asMallory(method, unknown, body)];
          assert.doesNotMatch(foreign.text, /errorCode/, "her own key is in order");
          assert.ok(foreign.status >= 400 && foreign.status < 500, `${existing.path}: ${foreign.status} ${foreign.text}`);
          assert.deepEqual(seen(foreign, existing.values), seen(absent, unknown.values), existing.path);
        }
      }
    });

    if (method === "GET") {
      test(`GET ${pathOf(one)} as a batch`, async () => {
        for (const pair of fillings(one, pairs)) {
          const [values, others] = [pair.existing.values, pair.unknown.values];
          const joined = [...pair.existing.encoded.slice(0, -1), `${pair.existing.encoded.at(-1)}|${pair.unknown.encoded.at(-1)}`];
          const answer = await asMallory("GET", { path: fill(one, joined), values, encoded: joined }, undefined, { "X-Ovh-Batch": "|" });
          if (answer.status !== 200) continue;
          const [foreign, absent] = answer.body as [unknown, unknown];
          assert.equal(masked(JSON.stringify(foreign), values), masked(JSON.stringify(absent), others));
        }
      });
    }
  }

  for (const one of served.filter(({ route }) => Object.keys(route.query.shape).length > 0)) {
    test(`${one.route.method} ${pathOf(one)} with a query`, async () => {
      for (const name of Object.keys(one.route.query.shape)) {
        for (const pair of pairs) {
          const ask = (value: string) => {
            const path = `${fill(
              one,
              Object.keys(one.route.params.shape).map(() => nobodys.id),
            )}?${name}=${encodeURIComponent(value)}`;
            return asMallory(one.route.method, { path, values: [value], encoded: [] });
          };
          assert.deepEqual(seen(await ask(pair.existing), [pair.existing]), seen(await ask(pair.unknown), [pair.unknown]), `${name}=${pair.existing}`);
        }
      }
    });
  }

  for (const one of served.filter(({ route }) => route.body && !route.path.replace("{product}", "").includes("{"))) {
    test(`${one.route.method} ${pathOf(one)} with what others have in its body`, async () => {
      const tried = [
        { existing: "al100001-ovh", unknown: nobodys.handle },
        { existing: "alice@example.com", unknown: nobodys.email },
        { existing: "example.net", unknown: nobodys.name },
      ];
      for (const { existing, unknown } of tried) {
        const [foreign, absent] = [await alone(one, existing), await alone(one, unknown)];
        assert.deepEqual(seen(foreign, [existing]), seen(absent, [unknown]), existing);
      }
    });
  }

  for (const one of served.filter(({ route }) => route.power !== undefined)) {
    test(`${one.route.method} ${pathOf(one)} without a key`, async () => {
      for (const { existing, unknown } of fillings(one, pairs)) {
        for (const { path } of [existing, unknown]) {
          const answer = await board.unsigned(one.route.method, path);
          const body = { errorCode: "NOT_CREDENTIAL", httpCode: "403 Forbidden", message: "You must login first" };
          assert.deepEqual([answer.status, answer.body], [403, body], path);
        }
      }
    });
  }

  /** Each call is mallory's first: how often she has tried is not what is compared here. */
  async function asMallory(method: ServedRoute["route"]["method"], { path }: Filling, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer> {
    await board.store.write(({ db }) => db.deleteFrom("rate_limit").execute());
    return board.raw(mallory.signed(method, path, body, headers));
  }
});

/** Requests, letters, invoices, services: all of others. Its chance is the same each time, so that answers can be compared. */
async function openHouse(): Promise<Switchboard> {
  const board = await openSwitchboard(settings);
  let made = 0;
  const chance = (bytes: number): Buffer => {
    const pieces = Array.from({ length: Math.ceil(bytes / 32) }, () => createHash("sha256").update(String(made++)).digest());
    return Buffer.concat(pieces).subarray(0, bytes);
  };
  Object.assign(board.context, { random: chance });
  await board.ask("alice", { tech: "dave" });
  await board.addService("web-01.example.com", { tech: "bob" }, { product: "hosting/web" });
  await board.addService("203.0.113.0/28", {}, { product: "ip/service" });
  await board.owes("alice", "2026-02-01");
  return board;
}

/** All that the lists of others give, and what else names something of theirs. */
async function collectPairs(board: Switchboard): Promise<Pair[]> {
  const found = new Set<string>(Object.values(board.who).map(({ handle }) => handle));
  for (const name of ["alice", "dave"] as const) {
    const caller = await board.as(name);
    for (const { route, product } of served.filter((one) => one.route.method === "GET" && fill(one, []) === pathOf(one))) {
      const { body } = await caller.get(pathOf({ route, ...(product && { product }) }));
      for (const item of scalarsIn(body)) found.add(item);
    }
  }
  for (const { id } of await board.mails()) found.add(id);
  for (const name of ["example.net", "web-01.example.com", "203.0.113.0/28", "alice-2026-02-01"]) found.add(name);
  for (let id = 1; id < 10; id++) found.add(String(id));
  found.delete(board.who.mallory.handle);
  const own = await ownOf(board);
  return [...found].filter((value) => !own.has(value)).map((existing) => ({ existing, unknown: unknownLike(existing) }));
}

function scalarsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((item) => typeof item !== "object").map(String) : [];
}

async function ownOf(board: Switchboard): Promise<Set<string>> {
  const rows = await board.store.read.selectFrom("api_credential").select(["id", "application_id"]).where("account_id", "=", board.who.mallory.id).execute();
  return new Set(rows.flatMap(({ id, application_id }) => [String(id), String(application_id)]));
}

function unknownLike(value: string): string {
  if (/^[0-9]+$/.test(value)) return nobodys.id;
  if (/^[a-z]{2}[0-9]+-ovh$/.test(value)) return nobodys.handle;
  return value.includes("/") ? "198.51.100.0/28" : nobodys.name;
}

type Filling = { path: string; values: string[]; encoded: string[] };

/** A route with every value that its parameters take, once of others and once of nobody. */
function fillings(one: ServedRoute, pairs: readonly Pair[]): { existing: Filling; unknown: Filling }[] {
  const schemas = Object.values(one.route.params.shape) as z.ZodType[];
  if (schemas.length === 0) return [{ existing: filling(one, []), unknown: filling(one, []) }];
  const takes = (value: string): boolean => schemas.some((schema) => schema.safeParse(value).success);
  return pairs
    .filter(({ existing, unknown }) => takes(existing) && takes(unknown))
    .flatMap(({ existing, unknown }) => {
      const all = schemas.map((schema) => (schema.safeParse(existing).success ? existing : "1"));
      const none = schemas.map((schema) => (schema.safeParse(unknown).success ? unknown : "1"));
      return [{ existing: filling(one, all), unknown: filling(one, none) }];
    });
}

function filling(one: ServedRoute, values: string[]): Filling {
  const encoded = values.map((value) => encodeURIComponent(value));
  return { path: fill(one, encoded), values, encoded };
}

function fill(one: ServedRoute, encoded: readonly string[]): string {
  let at = 0;
  return pathOf(one).replace(/\{[^}]+\}/g, (name) => encoded[at++] ?? name);
}

/** No body, and one in which every field is filled. */
function bodiesOf({ route }: ServedRoute, text = "some text"): unknown[] {
  return route.body ? [undefined, sample(z.toJSONSchema(route.body, { io: "input", unrepresentable: "any" }) as Sampled, text)] : [undefined];
}

type Sampled = {
  type?: string;
  enum?: unknown[];
  format?: string;
  properties?: Record<string, Sampled>;
  items?: Sampled;
  anyOf?: Sampled[];
  $ref?: string;
  $defs?: Record<string, Sampled>;
};

function sample(schema: Sampled, text: string, defs = schema.$defs ?? {}): unknown {
  if (schema.$ref) return sample(defs[schema.$ref.replace("#/$defs/", "")] ?? {}, text, defs);
  if (schema.anyOf) return sample(schema.anyOf[0] ?? {}, text, defs);
  if (schema.enum) return schema.enum[0];
  switch (schema.type) {
    case "object":
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, one]) => [name, sample(one, text, defs)]));
    case "array":
      return schema.items ? [sample(schema.items, text, defs)] : [];
    case "integer":
    case "number":
      return 1;
    case "boolean":
      return true;
    case "string":
      return { date: "2026-02-01", "date-time": "2026-02-01T00:00:00+00:00" }[schema.format ?? ""] ?? text;
    default:
      return null;
  }
}

/** Mallory's call in a house where nothing else has happened. */
async function alone(one: ServedRoute, text: string): Promise<ApiAnswer> {
  const board = await openHouse();
  try {
    const mallory = await board.as("mallory");
    return await board.raw(mallory.signed(one.route.method, pathOf(one), bodiesOf(one, text).at(-1)));
  } finally {
    await board.close();
  }
}

/** All that an answer tells, without the values that the caller has named himself. */
function seen(answer: ApiAnswer, values: readonly string[]): unknown {
  const headers = [...answer.headers].filter(([name]) => name !== "x-ovh-queryid" && name !== "content-length");
  return { status: answer.status, text: masked(answer.text, values), headers };
}

function masked(text: string, values: readonly string[]): string {
  const longest = values.toSorted((one, other) => other.length - one.length);
  return longest.reduce((left, value) => left.replaceAll(new RegExp(`\\b${RegExp.escape(value)}\\b`, "g"), "#"), text);
}
