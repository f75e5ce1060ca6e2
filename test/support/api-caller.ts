import { createHash, randomBytes } from "node:crypto";
import { createApi } from "../../src/api/api.ts";
import type { Settings } from "../../src/config.ts";
import { type AccessRule, type ApiMethod, apiMethods } from "../../src/domain/access-rule.ts";
import { checkAnswer } from "./api-contract.ts";
import { createStage, type Name, type Stage } from "./cast.ts";
import type { OpenStore } from "./each-store.ts";
import { inTurn, openNodes } from "./nodes.ts";

/** The API in process, with the cast; of several nodes, where the engine allows them, each call goes to the next. */
export interface Switchboard extends Stage {
  /** A program with a key of this account; without `rules` it may call everything. */
  as(name: Name, options?: { rules?: AccessRule[]; allowedIPs?: string[] }): Promise<ApiCaller>;
  /** A request as it is, signed or not; its URL has the prefix. */
  raw(request: Request): Promise<ApiAnswer>;
  /** The same without a signature. `path`: without prefix. */
  unsigned(method: ApiMethod, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
}

/** Signs as OVH's clients do. Paths are without prefix, which is `/1.0` then, or begin with `/v1/`; a body that is text is sent as it is, another as JSON, undefined: none at all. */
export interface ApiCaller {
  readonly credentialId: number;
  get(path: string, headers?: Record<string, string>): Promise<ApiAnswer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  put(path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  delete(path: string, headers?: Record<string, string>): Promise<ApiAnswer>;
  /** A signed request for `raw`, to be sent as often as one likes (`clone()`). */
  signed(method: ApiMethod, path: string, body?: unknown, headers?: Record<string, string>): Request;
}

/** `text`: the body as it came; `body`: the same, read as JSON. */
export type ApiAnswer = { status: number; body: unknown; text: string; headers: Headers };

export async function openSwitchboard(options: Partial<Settings> = {}, openStore?: OpenStore): Promise<Switchboard> {
  const stage = await createStage(options, openStore);
  const nodes = await openNodes(stage);
  const next = inTurn(nodes.contexts.map((context) => createApi(context, { socketAddress: () => "127.0.0.1", target: () => undefined })));
  const raw: Switchboard["raw"] = async (request) => {
    const { method, url } = request;
    const answer = await next().request(request);
    const text = await answer.text();
    const body: unknown = JSON.parse(text);
    checkAnswer({ method, path: new URL(url).pathname, status: answer.status, headers: answer.headers, body }, stage.settings);
    return { status: answer.status, body, text, headers: answer.headers };
  };
  return {
    ...stage,
    close: async () => {
      await nodes.close();
      await stage.close();
    },
    raw,
    unsigned: (method, path, body, headers = {}) => raw(requestOf(stage, method, path, body, headers)),
    as: async (name, given = {}) => {
      const key = await insertKey(stage, name, given.rules ?? everything, given.allowedIPs);
      return makeCaller(stage, key, raw);
    },
  };
}

const everything: AccessRule[] = apiMethods.map((method) => ({ method, path: "/*" }));

type Key = { credentialId: number; application: string; secret: string; consumer: string };

/** The rows that creating an application and agreeing to its key leave behind. */
async function insertKey({ context, store, clock, who }: Stage, name: Name, rules: AccessRule[], allowedIPs: string[] | undefined): Promise<Key> {
  const [application, secret, consumer] = [randomBytes(8), randomBytes(16), randomBytes(16)].map((bytes) => bytes.toString("hex")) as [string, string, string];
  const keyHash = context.secrets.hash("api", consumer);
  const credentialId = await store.write(async ({ db }) => {
    const made = await db
      .insertInto("api_application")
      .values({
        account_id: who[name].id,
        kind: "signed",
        application_key: application,
        secret_sealed: context.secrets.seal("api", secret, application),
        name: `Scripts of ${name}`,
        description: "",
        created_at: clock.now(),
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    const { id } = await db
      .insertInto("api_credential")
      .values({
        application_id: made.id,
        account_id: who[name].id,
        key_hash: keyHash,
        key_sealed: context.secrets.seal("api", consumer, keyHash),
        validation_hash: null,
        rules_json: JSON.stringify(rules),
        allowed_ips_json: allowedIPs ? JSON.stringify(allowedIPs) : null,
        redirection: null,
        state: "validated",
        created_at: clock.now(),
        expires_at: null,
        last_used_at: null,
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    return id;
  });
  return { credentialId, application, secret, consumer };
}

function makeCaller(stage: Stage, key: Key, raw: Switchboard["raw"]): ApiCaller {
  const used = new Set<string>();
  const signed: ApiCaller["signed"] = (method, path, body, headers = {}) => {
    const request = requestOf(stage, method, path, body, headers);
    for (const [name, value] of Object.entries(freshSignature(stage, key, request, textOf(body), used))) request.headers.set(name, value);
    return request;
  };
  return {
    credentialId: key.credentialId,
    signed,
    get: (path, headers) => raw(signed("GET", path, undefined, headers)),
    post: (path, body, headers) => raw(signed("POST", path, body, headers)),
    put: (path, body, headers) => raw(signed("PUT", path, body, headers)),
    delete: (path, headers) => raw(signed("DELETE", path, undefined, headers)),
  };
}

/** The clock of the tests stands still, so that a call that was made before gets the next second that is free: otherwise it would be a replay. */
function freshSignature({ clock }: Stage, { application, secret, consumer }: Key, request: Request, body: string, used: Set<string>): Record<string, string> {
  for (let second = Math.floor(clock.now() / 1000); ; second++) {
    const text = [secret, consumer, request.method, request.url, body, second].join("+");
    const signature = `$1$${createHash("sha1").update(text).digest("hex")}`;
    if (used.has(signature)) continue;
    used.add(signature);
    return { "X-Ovh-Application": application, "X-Ovh-Consumer": consumer, "X-Ovh-Timestamp": String(second), "X-Ovh-Signature": signature };
  }
}

function requestOf({ settings }: Stage, method: ApiMethod, path: string, body: unknown, headers: Record<string, string>): Request {
  const sent = body === undefined ? {} : { body: textOf(body) };
  const type = body === undefined ? {} : { "Content-Type": "application/json" };
  const url = settings.baseUrl + (path.startsWith("/v1/") ? path : `/1.0${path}`);
  return new Request(url, { method, headers: { ...type, ...headers }, ...sent });
}

function textOf(body: unknown): string {
  if (body === undefined) return "";
  return typeof body === "string" ? body : JSON.stringify(body);
}
