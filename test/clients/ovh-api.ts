// Does what it is told by `@ovh-api/api`, below /me by `@ovh-api/me`: node ovh-api.ts <port>
import connector, { type OvhError } from "@ovh-api/api";
import me from "@ovh-api/me";
import { type Asked, answerOrders, type Failure, type Key, type Order } from "./order.ts";

const [port] = process.argv.slice(2);
type Engine = InstanceType<typeof connector.default>;
/** By consumer key; `ready`: once the client itself has seen that somebody has agreed to it. */
const engines = new Map<string, { engine: Engine; ready: Promise<unknown> }>();

async function carryOut(order: Order): Promise<unknown> {
  if ("ask" in order) return askFor(order.ask, order.key);
  const engine = await engineOf(order.key);
  const [, first, ...rest] = order.path.split("/");
  if (first === "me" && !order.path.includes("?")) return callTyped(engine, rest, order);
  return engine.request(order.method, order.path, { ...order.body });
}

async function engineOf(key: Key): Promise<Engine> {
  const id = "appKey" in key ? `${key.appSecret} ${key.consumerKey}` : "";
  const known = engines.get(id) ?? { engine: connect(key), ready: Promise.resolve() };
  engines.set(id, known);
  await known.ready;
  return known.engine;
}

function connect(key: Key, more = {}): Engine {
  return new connector.default({ host: "127.0.0.1", port: Number(port), launchBrower: false, ...key, ...more });
}

type Step = { $: (value: string) => Step; $get: (params: object) => Promise<unknown>; $post: (params: object) => Promise<unknown> } & { [name: string]: Step };

/** `/me/task/contactChange/7/accept` is `me.task.contactChange.$(7).accept.$post()`. */
function callTyped(engine: Engine, path: string[], { method, body }: { method: string; body?: Record<string, unknown> }): Promise<unknown> {
  let step = me.default(engine) as unknown as Step;
  for (const word of path) step = (/^[0-9]/.test(word) ? step.$(word) : step[word]) as Step;
  return method === "GET" ? step.$get({ ...body }) : step.$post({ ...body });
}

/** Without a consumer key the client asks for one by itself, and looks every other second whether somebody has agreed. */
function askFor(accessRules: string[], key: Key): Promise<Asked> {
  return new Promise((resolve, reject) => {
    const certMonitorProvider = (_: unknown, { consumerKey, validationUrl }: { consumerKey: string; validationUrl: string }) => ({
      notValid: async (code: string) => {
        engines.set(`${"appKey" in key ? key.appSecret : ""} ${consumerKey}`, { engine, ready });
        resolve({ consumerKey, validationUrl, pending: { status: 403, message: "", code } });
      },
      validated: async () => {},
    });
    const engine = connect(key, { accessRules, certMonitorProvider });
    const ready = engine.request("GET", "/me/task/contactChange");
    ready.catch(reject);
  });
}

function tell(error: unknown): Failure {
  const { httpCode, message, errorCode } = error as OvhError;
  return { status: Number.parseInt(httpCode, 10) || 0, message: message.replace(/ in [0-9.]+ Sec\.| *\r\n[^]*/g, ""), code: errorCode };
}

answerOrders(carryOut, tell);
