import type { Selectable } from "kysely";
import { prepare } from "../prepare.ts";
import type { Queryable, SessionTable } from "../tables.ts";
import type { AccountRow } from "./accounts.ts";

export type SessionRow = Selectable<SessionTable>;
export type SessionAccount = AccountRow & { session: SessionRow; pending_email: string | null };

export async function insertSession(db: Queryable, session: SessionRow): Promise<void> {
  await db.insertInto("session").values(session).execute();
}

/** The session with one of these hashes that lives at `now` (ms), with its active account and the address that waits for its confirmation: one query, each page needs it. */
export async function findLivingSession(db: Queryable, hashes: readonly string[], now: number): Promise<SessionAccount | undefined> {
  const [row] = await livingSession(db, { hashes, now });
  if (!row) return undefined;
  const { id_hash, session_created_at, last_seen_at, expires_at, ...account } = row;
  return { ...account, session: { id_hash, account_id: account.id, created_at: session_created_at, last_seen_at, expires_at } };
}

const livingSession = prepare((db, { hashes, now }: { hashes: readonly string[]; now: number }) =>
  db
    .selectFrom("session")
    .innerJoin("account", "account.id", "session.account_id")
    .selectAll("account")
    .select(["session.id_hash", "session.created_at as session_created_at", "session.last_seen_at", "session.expires_at"])
    .select((all) =>
      all
        .selectFrom("account_link")
        .select("account_link.email")
        .whereRef("account_link.account_id", "=", "session.account_id")
        .where("account_link.kind", "=", "change-address")
        .where("account_link.used_at", "is", null)
        .where("account_link.expires_at", ">", now)
        .orderBy("account_link.id", "desc")
        .limit(1)
        .as("pending_email"),
    )
    .where("session.id_hash", "in", hashes)
    .where("session.expires_at", ">", now)
    .where("account.status", "=", "active")
    .compile(),
);

/** Writes down that a session was used, unless somebody else just did. */
export async function touchSession(db: Queryable, session: SessionRow, seen: { at: number; expiresAt: number }): Promise<void> {
  await db
    .updateTable("session")
    .set({ last_seen_at: seen.at, expires_at: seen.expiresAt })
    .where("id_hash", "=", session.id_hash)
    .where("last_seen_at", "=", session.last_seen_at)
    .execute();
}

/** Ends the session with one of these hashes; gives its account's id, or undefined where there was none. */
export async function deleteSession(db: Queryable, hashes: readonly string[]): Promise<number | undefined> {
  const gone = await db.deleteFrom("session").where("id_hash", "in", hashes).returning("account_id").executeTakeFirst();
  return gone?.account_id;
}

/** Ends all sessions of an account. */
export async function deleteSessionsOf(db: Queryable, accountId: number): Promise<void> {
  await db.deleteFrom("session").where("account_id", "=", accountId).execute();
}

/** Deletes up to `atMost` sessions that have ended by `now` (ms); gives their number. */
export async function deleteEndedSessions(db: Queryable, now: number, atMost: number): Promise<number> {
  const ended = db.selectFrom("session").select("id_hash").where("expires_at", "<=", now).limit(atMost);
  const gone = await db.deleteFrom("session").where("id_hash", "in", ended).where("expires_at", "<=", now).executeTakeFirst();
  return Number(gone.numDeletedRows);
}
