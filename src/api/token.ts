import { type IssuedToken, issueToken } from "../actions/keys/issue-token.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../domain/refusal.ts";
import { answerError } from "./serve-route.ts";
import type { Answer, Visit } from "./visit.ts";

type Client = { clientId: string; clientSecret: string };
/** The words of RFC 6749 §5.2. */
type Fault = "invalid_request" | "invalid_client" | "unsupported_grant_type" | "invalid_scope" | "slow_down";

/** `POST /auth/oauth2/token`: an access token for the client's id and secret (RFC 6749 §4.4, client credentials). */
export async function token(context: Context, visit: Visit): Promise<Answer> {
  try {
    return await answer(context, visit);
  } catch (error) {
    if (!(error instanceof Refusal && error.detail.code === "too-many-tries")) return answerError(context, visit, error);
    visit.headers["Retry-After"] = String(Math.max(1, Math.ceil((error.detail.retryAt - context.clock()) / 1000)));
    return fault(429, "slow_down", "Too many tries. Try again later");
  }
}

async function answer(context: Context, visit: Visit): Promise<Answer> {
  const { body, source, header } = visit.incoming;
  if (!/^application\/x-www-form-urlencoded\b/i.test(header("Content-Type") ?? "")) return fault(400, "invalid_request", "The body is not a form");
  const form = new URLSearchParams(Buffer.from(body).toString("utf8"));
  if (["grant_type", "scope", "client_id", "client_secret"].some((name) => form.getAll(name).length > 1))
    return fault(400, "invalid_request", "A field is there twice");
  const grant = form.get("grant_type");
  if (grant === null) return fault(400, "invalid_request", "grant_type is missing");
  if (grant !== "client_credentials") return fault(400, "unsupported_grant_type", "Only client_credentials is known here");
  if (!["", "all"].includes(form.get("scope") ?? "")) return fault(400, "invalid_scope", "Only the scope all is known here");
  const client = clientOf(header("Authorization"), form);
  if (typeof client === "string") return fault(400, "invalid_request", client);
  const issued = client && (await issueToken(context, source, client));
  return issued === undefined || issued === "invalid-client" ? unknownClient(visit) : give(visit, issued);
}

/** By header or in the form, never both (§2.3); undefined: by neither, or not readable. */
function clientOf(authorization: string | undefined, form: URLSearchParams): Client | string | undefined {
  const [clientId, clientSecret] = [form.get("client_id"), form.get("client_secret")];
  if (authorization === undefined) return clientId && clientSecret ? asClient(clientId, clientSecret) : undefined;
  if (clientSecret !== null) return "The client is named twice: in the header and in the body";
  const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1];
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(basic ?? "", "base64").toString("utf8")) ?? [];
  return id !== undefined && secret !== undefined ? asClient(id, secret) : undefined;
}

/** Longer than any that there is, or with a zero byte, which no database takes: unknown. */
function asClient(clientId: string, clientSecret: string): Client | undefined {
  return clientId.length <= 255 && clientSecret.length <= 255 && !clientId.includes("\0") ? { clientId, clientSecret } : undefined;
}

function unknownClient(visit: Visit): Answer {
  visit.headers["WWW-Authenticate"] = 'Basic realm="Handover"';
  return fault(401, "invalid_client", "This client is unknown, its secret is wrong, or its key has ended");
}

function fault(status: 400 | 401 | 429, error: Fault, error_description: string): Answer {
  return { status, json: JSON.stringify({ error, error_description }) };
}

function give(visit: Visit, issued: IssuedToken): Answer {
  visit.headers["Pragma"] = "no-cache";
  return { status: 200, json: JSON.stringify(issued) };
}
