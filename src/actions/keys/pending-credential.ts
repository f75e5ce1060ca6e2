import { z } from "zod";
import type { Context } from "../../context.ts";
import { refuse } from "../../domain/refusal.ts";
import { type CredentialRow, findPendingCredential } from "../../storage/queries/api-keys.ts";
import type { Queryable } from "../../storage/tables.ts";

/** The secret in the address of the page where somebody agrees. */
export const tokenField = z.string().transform((typed) => typed.trim().slice(0, 255));

/** The key that a program has asked for. Refuses one that is unknown, was answered, or whose time is over at `now` (ms). */
export async function pendingCredential(context: Context, db: Queryable, token: string, now: number): Promise<CredentialRow> {
  const row = await findPendingCredential(db, context.secrets.hashes("api", token));
  if (row?.owner_status !== "active") return refuse({ code: "key-request-not-found" });
  if (row.expires_at !== null && row.expires_at <= now) refuse({ code: "key-request-expired" });
  return row;
}
