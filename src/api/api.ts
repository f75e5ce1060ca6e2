import { Hono } from "hono";
import type { Context } from "../context.ts";
import { clientAddressFinder } from "../http/client-address.ts";
import { wholeBody } from "../http/whole-body.ts";
import { apiError, noSuchRoute } from "./errors.ts";
import { serveDescriptions } from "./serve-descriptions.ts";
import { type ApiEnv, answerError, pathOf, serveRoute, type Visit } from "./serve-route.ts";
import { prefixes, servedRoutes } from "./served-routes.ts";
import { token } from "./token.ts";

const mostBytes = 64 * 1024;

/** What the API is given beside the context. */
export type ApiParts = {
  /** The address at the other end of the socket; empty: unknown. */
  socketAddress: (visit: Visit) => string;
  /** Path and query exactly as the client sent them; undefined in process: as the URL has them. */
  target: (visit: Visit) => string | undefined;
};

/** Everything that programs call. */
export function createApi(context: Context, parts: ApiParts): Hono<ApiEnv> {
  const clientAddress = clientAddressFinder(context.settings.trustedProxies);
  const https = context.settings.baseUrl.startsWith("https:");
  const api = new Hono<ApiEnv>();

  api.use(async (visit, next) => {
    visit.set("queryId", `ext.${Buffer.from(context.random(12)).toString("hex")}`);
    visit.header("X-OVH-QUERYID", visit.get("queryId"));
    visit.header("Cache-Control", "no-store");
    visit.header("X-Content-Type-Options", "nosniff");
    visit.header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    if (https) visit.header("Strict-Transport-Security", "max-age=31536000");
    await next();
  });
  api.use(wholeBody(mostBytes));
  api.use(async (visit, next) => {
    const url = new URL(visit.req.url);
    visit.set("incoming", {
      method: visit.req.method,
      target: parts.target(visit) ?? url.pathname + url.search,
      source: clientAddress(parts.socketAddress(visit), visit.req.header("X-Forwarded-For")),
      body: new Uint8Array(await visit.req.arrayBuffer()),
      header: (name) => visit.req.header(name),
    });
    await next();
  });

  for (const path of ["", ...prefixes]) api.post(`${path}/auth/oauth2/token`, (visit) => token(context, visit));
  serveDescriptions(context, api);
  for (const served of servedRoutes(context)) {
    const path = pathOf(served).replace(/\{([^}]+)\}/g, ":$1");
    for (const prefix of prefixes) api.on(served.route.method, prefix + path, (visit) => serveRoute(context, served, visit));
  }
  for (const path of new Set(servedRoutes(context).map((served) => pathOf(served).replace(/\{([^}]+)\}/g, ":$1"))))
    for (const prefix of prefixes) api.all(prefix + path, (visit) => answerError(context, visit, apiError(405, `${visit.req.method} is not known here`)));
  api.notFound((visit) => answerError(context, visit, noSuchRoute()));
  api.onError((error, visit) => answerError(context, visit, error));
  return api;
}
