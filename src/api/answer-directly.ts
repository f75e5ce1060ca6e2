import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context } from "../context.ts";
import { clientAddressFinder } from "../http/client-address.ts";
import { isHost } from "../http/is-host.ts";
import { apiError } from "./errors.ts";
import { type FoundRoute, plainRoutes } from "./plain-routes.ts";
import { answerError, serveRoute } from "./serve-route.ts";
import { isForPrograms, servedRoutes } from "./served-routes.ts";
import { type Answer, mostBytes, newQueryId, usualHeaders, type Visit } from "./visit.ts";

/** Answers a request by itself; false: not this one, and nothing was done with it. */
export type AnswerDirectly = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A path and a query in which nothing is encoded and nothing leads up: what nearly every call is like. */
const plain = /^((?:\/[A-Za-z0-9_~,:@-][A-Za-z0-9._~,:@-]*)+)(?:\?([A-Za-z0-9._~,:@=&-]*))?$/;

const nothing = new Uint8Array();

/**
 * The calls that are written as nearly all are, without a Request, a Response and a URL for each: those cost more than the database's work. Whatever is
 * encoded, misspelt, long or strange is left to api.ts, which answers alike.
 */
export function answerDirectly(context: Context): AnswerDirectly {
  const find = plainRoutes(servedRoutes(context));
  const clientAddress = clientAddressFinder(context.settings.trustedProxies);
  const usual = Object.entries(usualHeaders(context.settings)).flat();

  const answer = async (found: FoundRoute, query: string | undefined, request: IncomingMessage, response: ServerResponse, body: Uint8Array): Promise<void> => {
    const { headers, method = "", url: target = "", socket } = request;
    const visit: Visit = {
      queryId: newQueryId(context.random),
      incoming: {
        method,
        target,
        source: clientAddress(socket.remoteAddress ?? "", headers["x-forwarded-for"]?.toString()),
        body,
        header: (name) => headers[name.toLowerCase()]?.toString(),
      },
      path: found.path,
      params: found.params,
      query: queryOf(query),
      headers: {},
    };
    send(response, visit, usual, await serveRoute(context, found.served, visit));
  };

  const refuseHost = (response: ServerResponse): true => {
    const visit = { queryId: newQueryId(context.random), headers: {} };
    send(response, visit, usual, answerError(context, visit, apiError(400, "The Host header of this request does not name a host")));
    return true;
  };

  return (request, response) => {
    const { method = "", url = "", headers } = request;
    if (!isHost(headers.host)) return isForPrograms(url.split("?")[0] ?? "") && refuseHost(response);
    const [, path, query] = plain.exec(url) ?? [];
    const found = path === undefined ? undefined : find(method, path);
    if (!found) return false;
    if (method === "GET") void answer(found, query, request, response, nothing);
    else {
      const length = Number(headers["content-length"] ?? (headers["transfer-encoding"] === undefined ? 0 : Number.NaN));
      if (!(length <= mostBytes)) return false;
      readBody(request, (body) => void answer(found, query, request, response, body));
    }
    return true;
  };
}

/** All of it: a slow client cannot keep a key that ends meanwhile. Who hangs up before is not answered. */
function readBody(request: IncomingMessage, then: (body: Uint8Array) => void): void {
  const pieces: Buffer[] = [];
  request.on("data", (piece: Buffer) => pieces.push(piece));
  request.on("error", () => {});
  request.on("end", () => then(pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)));
}

/** Of a name that comes twice the first counts. */
function queryOf(text: string | undefined): Record<string, string> {
  const query = Object.create(null) as Record<string, string>;
  if (text === undefined || text === "") return query;
  for (const pair of text.split("&")) {
    const cut = pair.indexOf("=");
    const name = cut < 0 ? pair : pair.slice(0, cut);
    if (name !== "" && query[name] === undefined) query[name] = cut < 0 ? "" : pair.slice(cut + 1);
  }
  return query;
}

function send(response: ServerResponse, { queryId, headers }: Pick<Visit, "queryId" | "headers">, usual: readonly string[], { status, json }: Answer): void {
  const told = [...usual, "X-OVH-QUERYID", queryId, "Content-Length", String(Buffer.byteLength(json))];
  for (const name in headers) told.push(name, headers[name] ?? "");
  response.writeHead(status, told);
  response.end(json);
}
