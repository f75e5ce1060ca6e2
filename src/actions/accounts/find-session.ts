import type { Context } from "../../context.ts";
import { isSeenAnew, sessionExpiry } from "../../domain/session-life.ts";
import { findLivingSession, type SessionRow, touchSession } from "../../storage/queries/sessions.ts";
import { noteDatabaseTrouble } from "../note-database-trouble.ts";
import { type AccountView, accountView } from "./account-view.ts";

/** The account that is signed in by this cookie value; none for ended sessions and for suspended or closed accounts. Keeps the session alive. */
export async function findSession(context: Context, session: string): Promise<AccountView | undefined> {
  const now = context.clock();
  const found = await findLivingSession(context.store.read, context.secrets.hashes("session", session), now);
  if (!found) return undefined;
  if (isSeenAnew(found.session.last_seen_at, now)) await keepAlive(context, found.session);
  return accountView(found, found.pending_email ?? undefined, now);
}

/** Reads go on while nothing can be written. */
async function keepAlive(context: Context, session: SessionRow): Promise<void> {
  try {
    await context.store.write(async (tx) => {
      const at = await tx.now();
      await touchSession(tx.db, session, { at, expiresAt: sessionExpiry(session.created_at, at) });
    });
  } catch (error) {
    if (!noteDatabaseTrouble(context, error, { doing: "keeping a session alive" })) throw error;
  }
}
