import { type Selectable, type SqlBool, sql } from "kysely";
import type { Store, Transaction } from "../storage/store.ts";
import type { OutboxTable } from "../storage/tables.ts";
import { rowsOfJson } from "./rows-of-json.ts";

export type OutboxRow = Selectable<OutboxTable>;

/** For how long (ms) a claim lasts unless its worker renews it: so soon another takes over the letters of one that died. */
export const claimTime = 15_000;

/** `abandoned`: also letters whose claim has run out; `except`: the ids of those that the worker has itself, whatever became of their claims. */
export type Claimable = { abandoned?: boolean; except?: readonly string[] };

/** Whether a claim could find something; a read, so that an idle outbox writes nothing. */
export async function somethingDue(store: Store, now: number, { abandoned: also = true }: Claimable = {}): Promise<boolean> {
  const due = store.read.selectFrom("outbox").select("id").where("state", "=", "waiting").where("due_at", "<=", now).limit(1);
  const abandoned = store.read.selectFrom("outbox").select("id").where("state", "=", "sending").where("claimed_until", "<=", now).limit(1);
  return (await due.executeTakeFirst()) !== undefined || (also && (await abandoned.executeTakeFirst()) !== undefined);
}

/**
 * Takes up to `count` letters that are due, and those whose claim has run out: their worker is gone. Each letter has one winner, and nobody waits for
 * another's. `now`: the database's, ms.
 */
export async function claimLetters(tx: Transaction, count: number, now: number, { abandoned = true, except = [] }: Claimable = {}): Promise<OutboxRow[]> {
  const due = count > 0 ? await claim(tx, { state: "waiting", since: "due_at", count, now, except: [] }) : [];
  if (due.length === count || !abandoned) return due;
  return [...due, ...(await claim(tx, { state: "sending", since: "claimed_until", count: count - due.length, now, except }))];
}

type Wanted = { state: "waiting" | "sending"; since: "due_at" | "claimed_until"; count: number; now: number; except: readonly string[] };

async function claim(tx: Transaction, { state, since, count, now, except }: Wanted): Promise<OutboxRow[]> {
  let first = tx.db.selectFrom("outbox").select("id").where("state", "=", state).where(since, "<=", now).orderBy(since).orderBy("id").limit(count);
  if (except.length > 0) first = first.where(sql<SqlBool>`id not in (select id from ${rowsOfJson(tx.engine, { id: "text" }, idsOf(except))})`);
  return tx.db
    .with("wanted", () => (tx.engine === "postgres" ? first.forUpdate().skipLocked() : first))
    .updateTable("outbox")
    .set((row) => ({ state: "sending", claimed_until: now + claimTime, attempts: row("attempts", "+", 1) }))
    .where("id", "in", (db) => db.selectFrom("wanted").select("wanted.id"))
    .where("state", "=", state)
    .where(since, "<=", now)
    .returningAll()
    .execute();
}

const idsOf = (ids: readonly string[]) => ids.map((id) => ({ id }));

/**
 * Keeps the claims of letters whose delivery takes its time, but for those that another worker has taken over. Gives the ids of those that were kept.
 * `now`: the database's, ms.
 */
export async function renewClaims(tx: Transaction, rows: readonly OutboxRow[], now: number): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const held = rows.map(({ id, attempts }) => ({ id, attempts }));
  const { rows: kept } = await sql<{ id: string }>`update outbox set claimed_until = ${now + claimTime}
    from ${rowsOfJson(tx.engine, { id: "text", attempts: "bigint" }, held)}
    where outbox.id = given.id and outbox.attempts = given.attempts and outbox.state = 'sending' returning outbox.id`.execute(tx.db);
  return new Set(kept.map(({ id }) => id));
}
