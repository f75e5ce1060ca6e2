import type { MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { AccountView } from "../actions/accounts/account-view.ts";
import { findSession } from "../actions/accounts/find-session.ts";
import { noteDatabaseTrouble } from "../actions/note-database-trouble.ts";
import { isLanguage, type Language } from "../domain/languages.ts";
import { Refusal } from "../domain/refusal.ts";
import { clientAddressFinder } from "../http/client-address.ts";
import { contentPolicy, securityHeaders } from "./headers.ts";
import { makePage } from "./make-page.ts";
import { type Notice, type Theme, themes } from "./page.ts";
import { type Problem, problemPage } from "./pages/problem.ts";
import { goTo, isNotFound, type Reception, refusalWords, show } from "./reception.ts";
import { readSession } from "./session-cookie.ts";
import { type PanelEnv, SignInFirst, type Visit } from "./visit.ts";

/** Everybody comes in here: gets a number, a nonce and the security headers. */
export function door(reception: Reception): MiddlewareHandler<PanelEnv> {
  const { context, parts } = reception;
  const clientAddress = clientAddressFinder(context.settings.trustedProxies);
  const usual = securityHeaders(context.settings);
  return async (visit, next) => {
    const nonce = Buffer.from(context.random(16)).toString("base64url");
    for (const [name, value] of usual) visit.header(name, value);
    visit.header("Content-Security-Policy", contentPolicy(nonce));
    visit.set("requestId", Buffer.from(context.random(6)).toString("hex"));
    visit.set("source", clientAddress(parts.socketAddress(visit), visit.req.header("X-Forwarded-For")));
    visit.set("page", pageOf(reception, visit, nonce));
    await next();
  };
}

/** Knows whoever has a living session by its cookie. */
export function knowAccount(reception: Reception): MiddlewareHandler<PanelEnv> {
  return async (visit, next) => {
    const session = readSession(reception, visit);
    const account = session === undefined ? undefined : await findSession(reception.context, session);
    visit.set("session", session);
    visit.set("account", account);
    if (account) visit.set("page", makePage(reception.context, { ...visit.get("page"), language: languageFor(reception, visit, account), account }));
    await next();
  };
}

/** For whoever it is: a reader who turns out to be signed in gets it once more, with what is his. */
function pageOf(reception: Reception, visit: Visit, nonce: string) {
  const { context, cookies, parts } = reception;
  const here = visit.req.method === "GET" || visit.req.method === "HEAD" ? visit.req.url : visit.req.header("Referer");
  const url = URL.parse(here ?? "", context.settings.baseUrl) ?? new URL(context.settings.baseUrl);
  url.searchParams.delete("token");
  const theme = cookies.read(visit, "theme");
  const news = cookies.readSealed(visit, "news");
  return makePage(context, {
    language: languageFor(reception, visit, undefined),
    theme: isTheme(theme) ? theme : "system",
    nonce,
    here: url.pathname + url.search,
    account: undefined,
    mailbox: parts.mailbox !== undefined,
    notice: news === undefined || visit.req.method !== "GET" ? undefined : (JSON.parse(news) as Notice),
    frame: visit.req.header("Turbo-Frame"),
  });
}

function isTheme(word: string | undefined): word is Theme {
  return (themes as readonly (string | undefined)[]).includes(word);
}

function languageFor({ cookies }: Reception, visit: Visit, account: AccountView | undefined): Language {
  return languageOf(cookies.read(visit, "language"), account, visit.req.header("Accept-Language"));
}

/** The language switched to, the profile's, or the first of the browser's that we have. */
function languageOf(switched: string | undefined, account: AccountView | undefined, accepted: string | undefined): Language {
  if (switched && isLanguage(switched)) return switched;
  if (account) return account.language;
  const wanted = (accepted ?? "").split(",").map((entry) => entry.trim().slice(0, 2).toLowerCase());
  return wanted.find(isLanguage) ?? "en";
}

/** Whatever a route did not answer itself: what is not there, what was refused, and faults, of which nothing leaks but a number. */
export function lastWord(reception: Reception): (error: Error, visit: Visit) => Promise<Response> | Response {
  return (error, visit) => {
    if (error instanceof SignInFirst) return goTo(reception, visit, `/sign-in?return=${encodeURIComponent(error.back)}`);
    if (error instanceof Refusal && isNotFound(error.detail)) return tell(reception, visit, "not-found", 404);
    if (error instanceof Refusal)
      return show(reception, visit, (page) => problemPage(page, { problem: "invalid", text: refusalWords(reception, visit, error.detail) }), 422);
    if (error instanceof HTTPException) return tell(reception, visit, problemOf(error.status), error.status);
    const requestId = visit.get("requestId");
    const trouble = noteDatabaseTrouble(reception.context, error, { requestId });
    if (trouble) return tellAway(reception, visit, trouble);
    reception.context.log.error({ requestId, err: error }, "a page failed");
    return showFault(reception, visit, requestId);
  };
}

/** Where even the page of a fault fails, its number is still told. */
async function showFault(reception: Reception, visit: Visit, requestId: string): Promise<Response> {
  try {
    return await show(reception, visit, (page) => problemPage(page, { problem: "fault", requestId }), 500);
  } catch (error) {
    reception.context.log.error({ requestId, err: error }, "the page of a fault failed");
    return visit.text(`Something went wrong (${requestId}).`, 500);
  }
}

/** The database is away; nobody is signed out by it. */
function tellAway(reception: Reception, visit: Visit, problem: Problem): Promise<Response> {
  visit.header("Retry-After", "5");
  return tell(reception, visit, problem, 503);
}

export function tell(reception: Reception, visit: Visit, problem: Problem, status: HTTPException["status"]): Promise<Response> {
  return show(reception, visit, (page) => problemPage(page, { problem }), status);
}

function problemOf(status: number): Problem {
  if (status === 403) return "forbidden";
  if (status === 404) return "not-found";
  return status === 413 ? "too-large" : "invalid";
}
