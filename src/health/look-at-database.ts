import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Context } from "../context.ts";
import { outboxLag } from "../outbox/outbox-lag.ts";
import { DatabaseNewer, type Store } from "../storage/store.ts";

/** What the database says of itself; null: nobody knows. */
export type Seen = { database: "ok" | "read-only" | "away"; pendingMigrations: number | null; outboxLagSeconds: number | null };

const away: Seen = { database: "away", pendingMigrations: null, outboxLagSeconds: null };

/** `seen`: what is told, in time; `ended`: the database is asked no more. Neither rejects. */
export type Look = { seen: Promise<Seen>; ended: Promise<void> };

/** Looks whether there is a database that takes writes. One that has not answered after `limit` ms is away. `upToDate`: known to have no migrations before it. */
export function lookAtDatabase(context: Context, { limit, upToDate }: { limit: number; upToDate: boolean }): Look {
  const answer = look(context, upToDate).catch(() => away);
  return { seen: within(limit, answer), ended: answer.then(() => {}) };
}

async function within(limit: number, answer: Promise<Seen>): Promise<Seen> {
  const end = new AbortController();
  const late = sleep(limit, away, { signal: end.signal }).catch(() => away);
  try {
    return await Promise.race([answer, late]);
  } finally {
    end.abort();
  }
}

/**
 * Reads only, and by indexes: a probe each second must cost nothing that could be noticed. Not through the connections for writing either: behind one
 * row that somebody holds all of them may wait, and the node is well. Dead ones are given up at their first use, by limits of seconds.
 */
async function look({ store, clock }: Context, upToDate: boolean): Promise<Seen> {
  const writable = await takesWrites(store);
  const pending = upToDate ? 0 : await pendingMigrations(store);
  const lag = pending > 0 ? null : Math.floor((await outboxLag(store.read, clock())) / 1000);
  return { database: writable ? "ok" : "read-only", pendingMigrations: pending, outboxLagSeconds: lag };
}

/** Only a node that serves looks: it goes on beside a newer one, which has brought the database up to date for both. */
async function pendingMigrations(store: Store): Promise<number> {
  try {
    return (await store.pendingMigrations()).length;
  } catch (error) {
    if (error instanceof DatabaseNewer) return 0;
    throw error;
  }
}

async function takesWrites({ engine, read }: Store): Promise<boolean> {
  if (engine === "sqlite") return (await sql`select 1`.execute(read)).rows.length > 0;
  // What the server itself has set: the connection that reads is read-only by our own wish.
  const { rows } = await sql<{ standby: boolean; only: string }>`select pg_is_in_recovery() as standby,
    (select reset_val from pg_settings where name = 'default_transaction_read_only') as only`.execute(read);
  return rows.every((row) => !row.standby && row.only === "off");
}
