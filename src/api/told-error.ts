import { HTTPException } from "hono/http-exception";
import { ZodError } from "zod";
import { noteDatabaseTrouble, type Trouble } from "../actions/note-database-trouble.ts";
import type { Context } from "../context.ts";
import { Refusal } from "../domain/refusal.ts";
import { ApiError, apiError, inputError, refusalError } from "./errors.ts";

const troubles: Record<Trouble, string> = {
  unavailable: "The database cannot be reached at the moment; nothing was done. Try again",
  "in-doubt":
    "It is not known whether this was done: the database went away over it. The same call with the same Idempotency-Key is safe; without one, look before you call again",
};

/** Whatever was thrown, as a program is told of it. Of a fault nothing leaks but the number of the call. */
export function toldError(context: Context, queryId: string, error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof Refusal) return refusalError(error.detail, context.clock());
  if (error instanceof ZodError) return inputError(error, "body");
  if (error instanceof HTTPException)
    return error.status === 413 ? apiError(413, "The body is larger than 64 KB") : apiError(400, "The request could not be read");
  const trouble = noteDatabaseTrouble(context, error, { queryId });
  if (trouble) return apiError(503, troubles[trouble], undefined, 5);
  context.log.error({ queryId, err: error }, "a call failed");
  return apiError(500, `Something went wrong (${queryId})`);
}
