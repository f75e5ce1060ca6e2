import type { Context } from "../context.ts";
import { keyError } from "./errors.ts";
import { answerError, type Visit } from "./serve-route.ts";

/** `POST /auth/oauth2/token`: an access token for the client's id and secret (RFC 6749, client credentials). */
export async function token(context: Context, visit: Visit): Promise<Response> {
  return answerError(context, visit, keyError(403, "INVALID_CREDENTIAL", "not yet"));
}
