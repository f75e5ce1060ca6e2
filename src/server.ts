import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerOptions, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { getRequestListener } from "@hono/node-server";
import type { Settings } from "./config.ts";
import { Connections } from "./http/connections.ts";
import { isHost } from "./http/is-host.ts";

export type Fetch = Parameters<typeof getRequestListener>[0];

/** Answers a request by itself; false: not this one, and nothing was done with it. */
export type AnswerDirectly = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Answers some paths by itself, before and after all else; undefined: not this one. */
export type Probe = (path: string) => Promise<{ status: number; type: string; body: string }> | undefined;

export interface RunningServer {
  readonly port: number;
  /** Answers requests from now on; those that came since `listen` have waited. `directly`: is asked before `fetch`, and says whether it answers. */
  answerWith(fetch: Fetch, directly?: AnswerDirectly): void;
  /** Answers on, but keeps no connection open after its answer: whoever comes again may be sent elsewhere. */
  drain(): void;
  /** Takes nothing new, answers what is in flight, and cuts what is not done after `patience` ms. */
  stop(patience: number): Promise<void>;
}

/** No port to listen on; the message says what to do. */
export class PortUnavailable extends Error {
  override readonly name = "PortUnavailable";
}

const limits = {
  maxHeaderSize: 16_384,
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  // Longer than the minute for which proxies keep a connection, so that it is never we who hang up on them.
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
} satisfies ServerOptions;

/**
 * ms without a byte to or from a client that has something to send or to read: then it has gone, or never reads. Node gives twice as long to one that has
 * taken a part of an answer.
 */
const mostQuiet = 60_000;

/** Takes the port before anything else happens, so that a port in use is told at once. */
export async function listen(
  settings: Pick<Settings, "host" | "port" | "sparePorts" | "tls">,
  probe: Probe = () => undefined,
  quiet = mostQuiet,
): Promise<RunningServer> {
  const ready = Promise.withResolvers<void>();
  let listener: RequestListener = (request, response) => void ready.promise.then(() => listener(request, response));
  const connections = new Connections((request, response) => {
    const told = probe(pathOf(request.url ?? ""));
    if (told) void told.then((one) => answerPlainly(response, one));
    // Together with what else comes in this turn: answered while the others are still read, a short request takes a tenth longer (docs/benchmarks.md).
    else setImmediate(listener, request, response);
  });
  const { take } = connections;
  const server = settings.tls ? createTlsServer({ ...limits, handshakeTimeout: 10_000, ...settings.tls }, take) : createServer(limits, take);
  server.setTimeout(quiet);
  server.on(settings.tls ? "secureConnection" : "connection", (socket: Socket) => connections.add(socket));
  await takePort(server, settings.host, [settings.port, ...(settings.sparePorts ?? [])]);
  return {
    port: (server.address() as AddressInfo).port,
    answerWith: (fetch, directly) => {
      listener = answerAll(fetch, directly);
      ready.resolve();
    },
    drain: () => connections.drain(),
    stop: (patience) => stop(server, connections, patience),
  };
}

function answerAll(fetch: Fetch, directly: AnswerDirectly = () => false): RequestListener {
  let listener: ReturnType<typeof listenerOf> | undefined;
  return (request, response) => {
    if (directly(request, response)) return;
    if (!isHost(request.headers.host)) return answerPlainly(response, nameless);
    listener ??= listenerOf(fetch);
    void listener.then(
      (answer) => answer(request, response),
      () => answerPlainly(response, fault),
    );
  };
}

const nameless = { status: 400, type: "text/plain; charset=utf-8", body: "The Host header of this request does not name a host.\n" };
const fault = { status: 500, type: "text/plain; charset=utf-8", body: "Something went wrong.\n" };

/** What makes Requests is loaded with the first one: it is the dearest part of Node. Its own Response takes the place of undici's, which would put each page into a stream. */
async function listenerOf(fetch: Fetch): Promise<ReturnType<typeof getRequestListener>> {
  const { getRequestListener, RequestError } = await import("@hono/node-server");
  // What cannot be made a Request.
  const errorHandler = (error: unknown): Response => {
    if (error instanceof RequestError) return new Response("This request could not be read.\n", { status: 400 });
    return new Response(fault.body, { status: fault.status });
  };
  return getRequestListener(fetch, { errorHandler });
}

function pathOf(url: string): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}

/** Not by way of a Request: some balancers probe without a Host. */
function answerPlainly(response: ServerResponse, { status, type, body }: Awaited<NonNullable<ReturnType<Probe>>>): void {
  response.writeHead(status, {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  response.end(body);
}

async function takePort(server: Server, host: string, ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    try {
      await once(server.listen({ port, host, exclusive: true }), "listening");
      return;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code !== "EADDRINUSE")
        throw new PortUnavailable(`Cannot listen on ${host} port ${port} (${String(code ?? error)}). Choose others with HOST and PORT.`);
    }
  }
  const tried = ports.length > 1 ? `Ports ${ports[0]} to ${ports.at(-1)} are` : `Port ${ports[0]} is`;
  throw new PortUnavailable(`${tried} in use by another program. Stop it, or choose another port, for example PORT=8080.`);
}

async function stop(server: Server, connections: Connections, patience: number): Promise<void> {
  const closed = once(server, "close");
  server.close();
  connections.stop();
  const cut = setTimeout(() => connections.cut(), patience);
  await closed;
  clearTimeout(cut);
}
