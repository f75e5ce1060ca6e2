import { type DestinationStream, type Logger, pino } from "pino";

/** Nothing logs these on purpose; this holds when somebody errs. */
const secretFields = ["password", "code", "token", "secret", "secrets", "session", "cookie", "authorization"];

const redact = secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/** The log of this process: JSON, one line each. */
export function createLog(level: "info" | "warn", to: DestinationStream): Logger {
  return pino({ level, redact, serializers: { err: (error: unknown) => (error instanceof Error ? errorWords(error) : error) } }, to);
}

type ErrorWords = { type: string; message: string; errorCode: unknown; stack: string | undefined; cause: unknown; errors: unknown };

/** Deep enough for every chain of ours; a chain may be a circle. */
const mostCauses = 5;

/**
 * Only what is known to be nobody's secret: `detail` and `where` of PostgreSQL hold whole rows, addresses and hashes among them. SQLSTATE or errno
 * stand in `errorCode`: `code` is the name of a secret.
 */
function errorWords(error: Error, depth = 0): ErrorWords {
  const within = (one: unknown): unknown => (one instanceof Error && depth < mostCauses ? errorWords(one, depth + 1) : undefined);
  return {
    type: error.constructor.name,
    message: error.message,
    errorCode: codeOf(error),
    stack: error.stack,
    cause: within(error.cause),
    errors: error instanceof AggregateError ? error.errors.map(within) : undefined,
  };
}

/** `errcode` is SQLite's own number, beside the same `code` for all its errors. */
function codeOf(error: Error): unknown {
  if ("errcode" in error) return error.errcode;
  return "code" in error ? error.code : undefined;
}
