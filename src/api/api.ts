import { Hono, type Context as HonoContext } from "hono";
import type { Context } from "../context.ts";
import { clientAddressFinder } from "../http/client-address.ts";
import { readingMethods, wholeBody } from "../http/whole-body.ts";
import { apiError, noSuchRoute } from "./errors.ts";
import { serveDescriptions } from "./serve-descriptions.ts";
import { answerError, pathOf, serveRoute } from "./serve-route.ts";
import { prefixes, servedRoutes } from "./served-routes.ts";
import { token } from "./token.ts";
import { type Answer, mostBytes, newQueryId, usualHeaders, type Visit } from "./visit.ts";

type ApiEnv = { Variables: { queryId: string } };
type Asked = HonoContext<ApiEnv>;
type Serve = (visit: Visit) => Answer | Promise<Answer>;

/** What the API is given beside the context. */
export type ApiParts = {
  /** The address at the other end of the socket; empty: unknown. */
  socketAddress: (asked: Asked) => string;
  /** Path and query exactly as the client sent them; undefined in process: as the URL has them. */
  target: (asked: Asked) => string | undefined;
};

/** Everything that programs call, as a Hono of its own. What most calls are like is answered before it (answer-directly.ts). */
export function createApi(context: Context, parts: ApiParts): Hono<ApiEnv> {
  const usual = usualHeaders(context.settings);
  const clientAddress = clientAddressFinder(context.settings.trustedProxies);
  const respond = (queryId: string, { status, json }: Answer, headers: Visit["headers"]): Response =>
    new Response(json, { status, headers: { ...usual, "X-OVH-QUERYID": queryId, ...headers } });
  const visitOf = async (asked: Asked): Promise<Visit> => {
    const { req } = asked;
    return {
      queryId: asked.get("queryId"),
      incoming: {
        method: req.method,
        target: parts.target(asked) ?? targetOf(req.url),
        source: clientAddress(parts.socketAddress(asked), req.header("X-Forwarded-For")),
        body: readingMethods.includes(req.method) ? new Uint8Array() : new Uint8Array(await req.arrayBuffer()),
        header: (name) => req.header(name),
      },
      path: req.path.replace(/^\/[^/]+/, ""),
      params: req.param(),
      query: req.query(),
      headers: {},
    };
  };
  const to = (serve: Serve) => async (asked: Asked) => {
    const visit = await visitOf(asked);
    return respond(visit.queryId, await serve(visit), visit.headers);
  };
  const fail = (error: unknown, asked: Asked): Response => {
    const visit = { queryId: asked.get("queryId"), headers: {} };
    return respond(visit.queryId, answerError(context, visit, error), visit.headers);
  };

  const api = new Hono<ApiEnv>();
  api.use(async (asked, next) => {
    asked.set("queryId", newQueryId(context.random));
    await next();
  });
  api.use(wholeBody(mostBytes));
  for (const path of ["", ...prefixes])
    api.post(
      `${path}/auth/oauth2/token`,
      to((visit) => token(context, visit)),
    );
  serveDescriptions(context, (path, serve) => api.get(path, to(serve)));
  const all = servedRoutes(context);
  for (const served of all) {
    const serve = to((visit) => serveRoute(context, served, visit));
    for (const prefix of prefixes) api.on(served.route.method, prefix + honoPath(pathOf(served)), serve);
  }
  for (const path of new Set(all.map((served) => honoPath(pathOf(served)))))
    for (const prefix of prefixes) api.all(prefix + path, (asked) => fail(apiError(405, `${asked.req.method} is not known here`), asked));
  api.notFound((asked) => fail(noSuchRoute(), asked));
  api.onError(fail);
  return api;
}

const honoPath = (path: string): string => path.replace(/\{([^}]+)\}/g, ":$1");

function targetOf(href: string): string {
  const url = new URL(href);
  return url.pathname + url.search;
}
