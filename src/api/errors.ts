import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type ZodError, z } from "zod";
import type { CallerFault } from "../actions/keys/find-caller.ts";
import type { RefusalDetail } from "../domain/refusal.ts";
import { textsOf, translator } from "../i18n/catalogue.ts";
import { refusalText } from "../i18n/refusal-text.ts";

export type ErrorClass =
  | "Client::BadRequest"
  | "Client::Forbidden"
  | "Client::NotFound"
  | "Client::MethodNotAllowed"
  | "Client::Conflict"
  | "Client::PayloadTooLarge"
  | "Client::UnprocessableEntity"
  | "Client::TooManyRequests"
  | "Server::InternalError"
  | "Server::ServiceUnavailable";

const classes: Readonly<Record<number, ErrorClass>> = {
  400: "Client::BadRequest",
  403: "Client::Forbidden",
  404: "Client::NotFound",
  405: "Client::MethodNotAllowed",
  409: "Client::Conflict",
  413: "Client::PayloadTooLarge",
  422: "Client::UnprocessableEntity",
  429: "Client::TooManyRequests",
  500: "Server::InternalError",
  503: "Server::ServiceUnavailable",
};

export const errorBody = z
  .object({ class: z.string(), message: z.string(), details: z.record(z.string(), z.string()).optional() })
  .meta({ id: "api.Error", description: "Why a call was not carried out" });

/** What the authentication layer says. */
export const keyErrorBody = z
  .object({ errorCode: z.string(), httpCode: z.string(), message: z.string() })
  .meta({ id: "auth.Error", description: "Why a call was not let in" });

export type ErrorBody = z.output<typeof errorBody> | z.output<typeof keyErrorBody>;

/** An error as it is told. `retryAfter`: seconds. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: ContentfulStatusCode;
  readonly body: ErrorBody;
  readonly retryAfter: number | undefined;

  constructor(status: ContentfulStatusCode, body: ErrorBody, retryAfter?: number) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.retryAfter = retryAfter;
  }
}

export function apiError(status: ContentfulStatusCode, message: string, details?: Record<string, string>, retryAfter?: number): ApiError {
  return new ApiError(status, { class: classes[status] ?? "Client::BadRequest", message, ...(details && { details }) }, retryAfter);
}

/** Every path that leads nowhere, whoever asks. */
export const noSuchRoute = (): ApiError => apiError(404, "Got an invalid (or empty) URL");

/** What the schema did not take: the first fault as the message, all of them by field. */
export function inputError(error: ZodError, place: "body" | "query" | "path"): ApiError {
  const faults = error.issues.map((issue) => [issue.path.join(".") || place, inWords(issue.message)] as const);
  const [field, text] = faults[0] ?? [place, "invalid"];
  return apiError(400, `[${field}] ${text}`, Object.fromEntries(faults));
}

/** The fields of accounts and keys name their faults by keys of the panel's texts. */
function inWords(message: string): string {
  texts ??= textsOf("en");
  return texts.get(`panel:invalid.${message}`) ?? message;
}

let texts: ReadonlyMap<string, string> | undefined;

/** A rule that said no; times in ISO 8601, with the code of the refusal. */
export function refusalError(detail: RefusalDetail, now: number): ApiError {
  const { code, ...facts } = detail;
  const text = refusalText(translator("en"), detail, "UTC");
  const message = invalidTokens.includes(code) ? `Invalid token: ${text}` : text;
  const details = Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, times.includes(name) ? new Date(Number(value)).toISOString() : String(value)]),
  );
  const retryAfter = "retryAt" in detail ? Math.max(1, Math.ceil((detail.retryAt - now) / 1000)) : undefined;
  return apiError(statusOf[code], message, { code, ...details }, retryAfter);
}

const times: readonly string[] = ["retryAt", "until", "expiredAt"];

/** Published scripts look for these words at the beginning. */
const invalidTokens: readonly RefusalDetail["code"][] = ["code-wrong", "code-of-other", "code-replaced", "code-locked", "link-invalid", "link-expired"];

const statusOf: Readonly<Record<RefusalDetail["code"], ContentfulStatusCode>> = {
  "sign-in-failed": 403,
  "too-many-tries": 429,
  "account-suspended": 403,
  "account-closed": 403,
  "account-holds-roles": 409,
  "sign-up-closed": 403,
  "link-invalid": 403,
  "link-expired": 403,
  "address-unchanged": 400,
  "address-already-confirmed": 409,
  "password-wrong": 403,
  "service-not-found": 404,
  "service-exists": 409,
  "service-name-invalid": 400,
  "product-unknown": 404,
  "owner-not-editable": 403,
  "not-admin": 403,
  "nothing-to-change": 400,
  "asker-unverified": 403,
  "asker-blocked-after-reset": 403,
  "role-not-yours": 403,
  "role-held-by-open-request": 409,
  "service-expired": 409,
  "service-not-changeable": 409,
  "newcomer-unknown": 400,
  "newcomer-inactive": 400,
  "newcomer-unverified": 400,
  "newcomer-cannot-take-billing": 409,
  "holder-cannot-give-billing": 409,
  "account-cannot-change-now": 409,
  "you-are-behind": 409,
  "too-many-lookups": 429,
  "asked-too-often": 429,
  "request-not-found": 404,
  "request-closed": 409,
  "already-answered": 409,
  "code-locked": 403,
  "request-expired": 409,
  "code-replaced": 403,
  "code-of-other": 403,
  "code-wrong": 403,
  "code-missing": 400,
  "approver-unverified": 403,
  "not-an-approver": 403,
  "resend-too-soon": 429,
  "resend-limit": 429,
  "cancel-not-yours": 403,
  "cancel-too-late": 409,
  "key-request-not-found": 404,
  "key-request-expired": 409,
  "application-not-found": 404,
  "credential-not-found": 404,
  "key-only-narrows": 403,
  "too-many-keys": 409,
  "too-many-applications": 409,
  "renewal-not-yours": 403,
  "account-not-found": 404,
  "account-exists": 409,
  "invoice-exists": 409,
  "invoice-not-found": 404,
  "invoice-already-paid": 409,
  "mail-not-found": 404,
};

/** The authentication layer's own shape. */
export function keyError(status: ContentfulStatusCode, errorCode: string, message: string): ApiError {
  return new ApiError(status, { errorCode, httpCode: `${status} ${reasons[status] ?? "Error"}`, message });
}

const reasons: Readonly<Record<number, string>> = { 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden" };

/** Why a caller was not let in. Times of both clocks in ISO 8601. */
export function callerError(fault: CallerFault, clocks: { ours: number; theirs: string }): ApiError {
  switch (fault) {
    case "no-login":
      return keyError(403, "NOT_CREDENTIAL", "You must login first");
    case "unknown-application":
      return keyError(403, "INVALID_KEY", "This application key is invalid");
    case "unknown-credential":
      return keyError(403, "NOT_CREDENTIAL", "This credential does not exist");
    case "not-valid":
      return keyError(403, "INVALID_CREDENTIAL", "This credential is not valid");
    case "unknown-token":
      return keyError(403, "INVALID_CREDENTIAL", "This access token is unknown or has expired");
    case "wrong-signature":
      return keyError(400, "INVALID_SIGNATURE", "Invalid signature");
    case "clock":
      return keyError(
        400,
        "INVALID_TIMESTAMP",
        `The clock of the client is too far off: it says ${theirClock(clocks.theirs)}, the server ${new Date(clocks.ours).toISOString()}. Set it by GET /auth/time`,
      );
  }
}

function theirClock(timestamp: string): string {
  return /^[0-9]{1,12}$/.test(timestamp) ? new Date(Number(timestamp) * 1000).toISOString() : "nothing that is a time";
}

export const notGranted = (): ApiError => keyError(403, "NOT_GRANTED_CALL", "This call has not been granted");
