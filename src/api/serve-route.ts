import type { z } from "zod";
import type { Caller } from "../actions/keys/find-caller.ts";
import { CallKnown, confirmKept, findKnownCall, type KnownCall, onceOnly, rememberRefused, type WritingCall } from "../actions/once-only.ts";
import type { Product } from "../config.ts";
import type { Context } from "../context.ts";
import { canonicalPath, isGranted } from "../domain/access-rule.ts";
import { clockWindow } from "../domain/credential-life.ts";
import { isForEveryKey } from "../domain/power.ts";
import { Refusal } from "../domain/refusal.ts";
import { authenticate } from "./authenticate.ts";
import { ApiError, apiError, inputError, notGranted } from "./errors.ts";
import { MadeJson } from "./made-json.ts";
import { type Page, type Route, takesNothing } from "./route.ts";
import { toldError } from "./told-error.ts";
import type { Answer, Visit } from "./visit.ts";

/** A route under a product's path, or the route itself where it has none. */
export type ServedRoute = { route: Route; product?: Product };

/** The path that a served route has below the prefix, in the notation of OVH's schemas. */
export function pathOf({ route, product }: ServedRoute): string {
  return product ? route.path.replace("{product}", product.path) : route.path;
}

/** Answers one call: who is it, may it, what does it want; then the route. Never throws. */
export async function serveRoute(context: Context, served: ServedRoute, visit: Visit): Promise<Answer> {
  try {
    const { route } = served;
    const known = route.power === undefined ? undefined : await authenticate(context, visit.incoming);
    const separator = route.method === "GET" ? visit.incoming.header("x-ovh-batch") : undefined;
    const batch = separator !== undefined && separator !== "" && Object.keys(visit.params).length > 0;
    const answer = await (batch ? serveBatch(context, served, visit, known, separator) : serveOne(context, served, visit, known, visit.params));
    return { status: 200, json: answer instanceof MadeJson ? answer.json : JSON.stringify(answer) };
  } catch (error) {
    return answerError(context, visit, error);
  }
}

type Known = Awaited<ReturnType<typeof authenticate>> | undefined;

const mostInBatch = 1000;

/** `X-Ovh-Batch: ,` with values joined in the last parameter of the path: each is a call of its own, and fails alone. */
async function serveBatch(context: Context, served: ServedRoute, visit: Visit, known: Known, separator: string): Promise<unknown> {
  const [name = "", joined = ""] = Object.entries(visit.params).at(-1) ?? [];
  const keys = joined.split(separator);
  if (keys.length > mostInBatch) throw apiError(400, `More than ${mostInBatch} values in one batch`);
  const items = [];
  for (const key of keys) items.push(await serveItem(context, served, visit, known, { ...visit.params, [name]: key }, key));
  return items;
}

async function serveItem(context: Context, served: ServedRoute, visit: Visit, known: Known, params: Visit["params"], key: string) {
  try {
    return { key, value: await serveOne(context, served, visit, known, params), error: null };
  } catch (error) {
    return { key, value: null, error: toldError(context, visit.queryId, error).body };
  }
}

async function serveOne(context: Context, served: ServedRoute, visit: Visit, known: Known, params: Visit["params"]): Promise<unknown> {
  const { route, product } = served;
  const { source, header } = visit.incoming;
  if (known && !isForEveryKey(route.path) && !isGranted(known.caller.rules, route.method, filledPath(served, params))) throw notGranted();
  const page = pageOf(route, visit);
  const call = {
    source,
    params: parsed(route.params, params, "path"),
    query: parsed(route.query, visit.query, "query"),
    page,
    header,
    product,
    actor: known?.caller.actor,
    caller: known?.caller,
  };
  const run = (one: Context, body: unknown) => route.run({ ...call, context: one, body } as unknown as Parameters<Route["run"]>[0]);
  if (!known || !route.writes) return run(context, bodyOf(route, visit));
  return writeOnce(context, served, visit, { ...known, run });
}

/** The path in the form in which rules are compared, made of the values that count, however they were spelt. */
function filledPath(served: ServedRoute, params: Visit["params"]): string {
  const path = comparedPath(served);
  return path.includes("{") ? path.replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? "").replaceAll("*", "%2A")) : path;
}

const compared = new WeakMap<ServedRoute, string>();

/** The same with its parameters still open; made once for each route. */
function comparedPath(served: ServedRoute): string {
  const known = compared.get(served);
  if (known !== undefined) return known;
  const segments = pathOf(served).split("/");
  const path = segments.map((segment) => (segment.startsWith("{") ? segment : canonicalPath(segment))).join("/");
  compared.set(served, path);
  return path;
}

type Writing = { caller: Caller; signature?: { text: string; timestamp: number }; run: (context: Context, body: unknown) => Promise<unknown> };

/** What was carried out before is not carried out again. */
async function writeOnce(context: Context, { route }: ServedRoute, visit: Visit, { caller, signature, run }: Writing): Promise<unknown> {
  const incoming = visit.incoming;
  const call: WritingCall = {
    account: caller.actor.id,
    signature: signature && { text: signature.text, until: signature.timestamp + 2 * clockWindow },
    key: idempotencyKey(visit),
    method: route.method,
    path: visit.path,
    body: incoming.body,
    answer: route.kept,
  };
  const known = await findKnownCall(context, call);
  if (known !== undefined) return answerAgain(context, known);
  try {
    return await run(onceOnly(context, call), bodyOf(route, visit));
  } catch (error) {
    if (error instanceof CallKnown) return answerAgain(context, error.known);
    if (error instanceof Refusal) await rememberRefused(context, call);
    throw error;
  }
}

async function answerAgain(context: Context, known: KnownCall): Promise<unknown> {
  if (known === "replayed") throw apiError(403, "This signed call was made before. Sign it again with the present time to make it once more");
  if (known === "other-body") throw apiError(422, "This Idempotency-Key was used for another call. Take a new key for a new call");
  await confirmKept(context);
  if (known === "answer-not-kept") throw apiError(409, "This call was carried out before, and its answer is not kept because it holds a secret");
  return known.answer;
}

function idempotencyKey(visit: Visit): string | undefined {
  const key = visit.incoming.header("idempotency-key");
  if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key)) throw apiError(400, "The Idempotency-Key must have 1 to 255 visible ASCII characters");
  return key;
}

/** POST and PUT come with `{}`, with an empty body, or with none: all the same. */
function bodyOf(route: Route, visit: Visit): unknown {
  if (!route.body) return undefined;
  const text = Buffer.from(visit.incoming.body).toString("utf8");
  return parsed(route.body, text.trim() === "" ? {} : (readJson(text) ?? {}), "body");
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw apiError(400, "The body is not JSON");
  }
}

function parsed(schema: z.ZodType, value: unknown, place: "body" | "query" | "path"): unknown {
  if (takesNothing(schema)) return {};
  const read = schema.safeParse(value);
  if (!read.success) throw inputError(read.error, place);
  return read.data;
}

function pageOf(route: Route, visit: Visit): Page {
  const size = visit.incoming.header("x-pagination-size");
  const cursor = visit.incoming.header("x-pagination-cursor");
  const mode = visit.incoming.header("x-pagination-mode");
  if (size !== undefined && !/^([1-9][0-9]{0,2}|1000)$/.test(size)) throw apiError(400, "X-Pagination-Size must be a number from 1 to 1000");
  return {
    size: route.pages && size !== undefined ? Number(size) : route.pages && cursor !== undefined ? 50 : undefined,
    cursor: route.pages ? cursor : undefined,
    expanded: route.expands !== undefined && /^CachedObjectList-(Cursor|Pages)$/i.test(mode ?? ""),
    next: (place) => {
      visit.headers["X-Pagination-Cursor-Next"] = place;
    },
  };
}

/** Whatever was thrown, as it is told. */
export function answerError(context: Context, visit: Pick<Visit, "queryId" | "headers">, error: unknown): Answer {
  const told = error instanceof ApiError ? error : toldError(context, visit.queryId, error);
  if (told.retryAfter !== undefined) visit.headers["Retry-After"] = String(told.retryAfter);
  return { status: told.status, json: JSON.stringify(told.body) };
}
