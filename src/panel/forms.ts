import type { MiddlewareHandler, Context as Visit } from "hono";
import { HTTPException } from "hono/http-exception";
import type { z } from "zod";
import { isLoopbackHost } from "../domain/loopback.ts";
import { blameClient, readingMethods } from "../http/whole-body.ts";

/** Whatever changes something must come from a page of our own (CSRF): told by Sec-Fetch-Site, or, where the browser sends none, by Origin. */
export function onlyOwnForms(baseUrl: string): MiddlewareHandler {
  return async (request, next) => {
    if (!readingMethods.includes(request.req.method) && !isOwn(request, new URL(baseUrl))) throw new HTTPException(403);
    await next();
  };
}

function isOwn(request: Visit, base: URL): boolean {
  const [site, origin] = [request.req.header("Sec-Fetch-Site"), request.req.header("Origin")];
  if (site === undefined && origin === undefined) return false;
  return (site === undefined || site === "same-origin") && (origin === undefined || originsOf(request, base).includes(origin));
}

/** A demonstration may be opened as localhost or 127.0.0.1, whatever its base URL says. */
function originsOf(request: Visit, base: URL): string[] {
  const host = request.req.header("Host") ?? "";
  const alias = URL.parse(`${base.protocol}//${host}`);
  return alias && isLoopbackHost(base.hostname) && isLoopbackHost(alias.hostname) ? [base.origin, alias.origin] : [base.origin];
}

/** What a form page shows again: the values as typed, and what is wrong at which field (a text, already translated). */
export interface FormState {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, string>>;
}

export const emptyForm: FormState = { values: {}, errors: {} };

/** The fields of a posted form as texts; files and repeated fields count for nothing. */
export async function readForm(request: Visit): Promise<Record<string, string>> {
  const body = await request.req.parseBody().catch(blameClient);
  if (Object.values(body).some((value) => typeof value === "string" && value.includes("\0"))) throw new HTTPException(400);
  return Object.fromEntries(Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** The keys of messages at the fields; the schemas of the routes name a key of `panel:invalid.…` as their message. */
export function fieldErrors(error: z.ZodError, t: (key: string) => string): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const issue of error.issues) errors[String(issue.path[0] ?? "form")] ??= t(`panel:invalid.${issue.message}`);
  return errors;
}

/** A path of ours to go on to, or `fallback`: nobody can be sent elsewhere by a link. */
export function ownPath(path: string | undefined, fallback: string): string {
  if (!path || !/^\/[^/\\]/.test(path) || /[\u0000-\u0020\\]/.test(path)) return fallback;
  const url = URL.parse(path, "http://own.invalid");
  // Once its dots are resolved, `/.//elsewhere.example` is `//elsewhere.example`, which browsers take for another host.
  return url?.host === "own.invalid" && !url.pathname.startsWith("//") ? url.pathname + url.search : fallback;
}
