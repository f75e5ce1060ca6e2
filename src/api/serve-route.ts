import type { Context as HonoContext } from "hono";
import type { z } from "zod";
import type { Caller } from "../actions/keys/find-caller.ts";
import { CallKnown, confirmKept, findKnownCall, type KnownCall, onceOnly, rememberRefused, type WritingCall } from "../actions/once-only.ts";
import type { Product } from "../config.ts";
import type { Context } from "../context.ts";
import { canonicalPath, isGranted } from "../domain/access-rule.ts";
import { clockWindow } from "../domain/credential-life.ts";
import { isForEveryKey } from "../domain/power.ts";
import { Refusal } from "../domain/refusal.ts";
import { authenticate, type Incoming } from "./authenticate.ts";
import { ApiError, apiError, inputError, notGranted } from "./errors.ts";
import type { Page, Route } from "./route.ts";
import { toldError } from "./told-error.ts";

export type ApiEnv = { Variables: { queryId: string; incoming: Incoming } };
/** One call of a program, and the answer to it. */
export type Visit = HonoContext<ApiEnv>;

/** A route under a product's path, or the route itself where it has none. */
export type ServedRoute = { route: Route; product?: Product };

/** The path that a served route has below the prefix, in the notation of OVH's schemas. */
export function pathOf({ route, product }: ServedRoute): string {
  return product ? route.path.replace("{product}", product.path) : route.path;
}

/** Answers one call: who is it, may it, what does it want; then the route. */
export async function serveRoute(context: Context, served: ServedRoute, visit: Visit): Promise<Response> {
  const { route } = served;
  const incoming = visit.get("incoming");
  const known = route.power === undefined ? undefined : await authenticate(context, incoming);
  const params = visit.req.param() as Record<string, string>;
  const separator = visit.req.header("X-Ovh-Batch");
  if (route.method === "GET" && separator && Object.keys(params).length > 0)
    return visit.json(await serveBatch(context, served, visit, known, params, separator));
  const answer = await serveOne(context, served, visit, known, params);
  return visit.json(answer as null);
}

type Known = Awaited<ReturnType<typeof authenticate>> | undefined;

const mostInBatch = 1000;

/** `X-Ovh-Batch: ,` with values joined in the last parameter of the path: each is a call of its own, and fails alone. */
async function serveBatch(
  context: Context,
  served: ServedRoute,
  visit: Visit,
  known: Known,
  params: Record<string, string>,
  separator: string,
): Promise<unknown> {
  const [name = "", joined = ""] = Object.entries(params).at(-1) ?? [];
  const keys = joined.split(separator);
  if (keys.length > mostInBatch) throw apiError(400, `More than ${mostInBatch} values in one batch`);
  const items = [];
  for (const key of keys) items.push(await serveItem(context, served, visit, known, { ...params, [name]: key }, key));
  return items;
}

async function serveItem(context: Context, served: ServedRoute, visit: Visit, known: Known, params: Record<string, string>, key: string) {
  try {
    return { key, value: await serveOne(context, served, visit, known, params), error: null };
  } catch (error) {
    return { key, value: null, error: toldError(context, visit.get("queryId"), error).body };
  }
}

async function serveOne(context: Context, served: ServedRoute, visit: Visit, known: Known, params: Record<string, string>): Promise<unknown> {
  const { route, product } = served;
  const { source, header } = visit.get("incoming");
  if (known && !isForEveryKey(route.path) && !isGranted(known.caller.rules, route.method, filledPath(served, params))) throw notGranted();
  const page = pageOf(route, visit);
  const call = {
    source,
    params: parsed(route.params, params, "path"),
    query: parsed(route.query, visit.req.query(), "query"),
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
function filledPath(served: ServedRoute, params: Record<string, string>): string {
  return canonicalPath(pathOf(served).replace(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? "")));
}

type Writing = { caller: Caller; signature?: { text: string; timestamp: number }; run: (context: Context, body: unknown) => Promise<unknown> };

/** What was carried out before is not carried out again. */
async function writeOnce(context: Context, { route }: ServedRoute, visit: Visit, { caller, signature, run }: Writing): Promise<unknown> {
  const incoming = visit.get("incoming");
  const call: WritingCall = {
    account: caller.actor.id,
    signature: signature && { text: signature.text, until: signature.timestamp + 2 * clockWindow },
    key: idempotencyKey(visit),
    method: route.method,
    path: visit.req.path.replace(/^\/[^/]+/, ""),
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
  const key = visit.req.header("Idempotency-Key");
  if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key)) throw apiError(400, "The Idempotency-Key must have 1 to 255 visible ASCII characters");
  return key;
}

/** POST and PUT come with `{}`, with an empty body, or with none: all the same. */
function bodyOf(route: Route, visit: Visit): unknown {
  if (!route.body) return undefined;
  const text = Buffer.from(visit.get("incoming").body).toString("utf8");
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
  const read = schema.safeParse(value);
  if (!read.success) throw inputError(read.error, place);
  return read.data;
}

function pageOf(route: Route, visit: Visit): Page {
  const size = visit.req.header("X-Pagination-Size");
  const cursor = visit.req.header("X-Pagination-Cursor");
  const mode = visit.req.header("X-Pagination-Mode");
  if (size !== undefined && !/^([1-9][0-9]{0,2}|1000)$/.test(size)) throw apiError(400, "X-Pagination-Size must be a number from 1 to 1000");
  return {
    size: route.pages && size !== undefined ? Number(size) : route.pages && cursor !== undefined ? 50 : undefined,
    cursor: route.pages ? cursor : undefined,
    expanded: route.expands !== undefined && /^CachedObjectList-(Cursor|Pages)$/i.test(mode ?? ""),
    next: (place) => visit.header("X-Pagination-Cursor-Next", place),
  };
}

/** Whatever was thrown, as it is told. */
export function answerError(context: Context, visit: Visit, error: unknown): Response {
  const told = error instanceof ApiError ? error : toldError(context, visit.get("queryId"), error);
  if (told.retryAfter !== undefined) visit.header("Retry-After", String(told.retryAfter));
  return visit.json(told.body, told.status);
}
