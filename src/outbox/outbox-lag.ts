import { sql } from "kysely";
import type { Store } from "../storage/store.ts";

/** Since when (ms) the oldest letters of each kind are late, each from the end of an index that holds unsent letters only: for probes. */
export const lateSince = sql<{ since: number | null }>`
  select min(due_at) as since from outbox where state = 'waiting'
  union all select min(claimed_until) from outbox where state = 'sending'
  union all select min(away_since) from outbox where away_since is not null and state in ('waiting', 'sending')`;

/**
 * For how long (ms) the oldest letter has waited since it was due; 0: nothing is late. One that found the mail server away counts from before its first
 * such try, whenever the next is, so that the lag grows until the server takes it. A recipient that is refused or slow for now is no lag. Claimed letters
 * count once their worker is gone.
 */
export async function outboxLag(read: Store["read"], now: number): Promise<number> {
  const { rows } = await lateSince.execute(read);
  const since = rows.map((row) => row.since).filter((at) => typeof at === "number");
  return Math.max(0, now - Math.min(now, ...since));
}
