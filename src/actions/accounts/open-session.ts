import type { Context } from "../../context.ts";
import { sessionExpiry } from "../../domain/session-life.ts";
import { insertSession } from "../../storage/queries/sessions.ts";
import type { Transaction } from "../../storage/store.ts";

/** Begins a session. Gives the value for the cookie, which is kept nowhere: the database has its keyed hash. */
export async function openSession(context: Context, tx: Transaction, accountId: number): Promise<string> {
  const session = Buffer.from(context.random(32)).toString("base64url");
  const now = await tx.now();
  await insertSession(tx.db, {
    id_hash: context.secrets.hash("session", session),
    account_id: accountId,
    created_at: now,
    last_seen_at: now,
    expires_at: sessionExpiry(now, now),
  });
  return session;
}
