import { sql } from "kysely";
import type { Queryable } from "../tables.ts";

export type Limit = { key: string; atMost: number /** ms */; window: number };

/**
 * Counts one use of a limit in its fixed window. `retryAt` (ms) is when the window ends; over the limit, `allowed` is false and nothing is written:
 * those who go on all the same would else queue for its row and hold up others.
 */
export async function countUse(db: Queryable, limit: Limit, now: number): Promise<{ allowed: boolean; used: number; retryAt: number }> {
  const before = await readUse(db, limit, now);
  if (!before.allowed) return before;
  const fresh = sql<boolean>`rate_limit.since <= ${now - limit.window}`;
  const row = await db
    .insertInto("rate_limit")
    .values({ key: limit.key, since: now, used: 1 })
    .onConflict((conflict) =>
      conflict.column("key").doUpdateSet({
        used: sql<number>`case when ${fresh} then 1 else rate_limit.used + 1 end`,
        since: sql<number>`case when ${fresh} then ${now} else rate_limit.since end`,
      }),
    )
    .returning(["since", "used"])
    .executeTakeFirstOrThrow();
  return { allowed: row.used <= limit.atMost, used: row.used, retryAt: row.since + limit.window };
}

/** How a limit stands, without counting. */
export async function readUse(db: Queryable, limit: Limit, now: number): Promise<{ allowed: boolean; used: number; retryAt: number }> {
  const row = await db.selectFrom("rate_limit").select(["since", "used"]).where("key", "=", limit.key).executeTakeFirst();
  if (!row || row.since <= now - limit.window) return { allowed: true, used: 0, retryAt: now };
  return { allowed: row.used < limit.atMost, used: row.used, retryAt: row.since + limit.window };
}

/** Takes one counted use back: it was counted before the work, and turned out to be none of those that are limited. */
export async function giveBackUse(db: Queryable, key: string): Promise<void> {
  await db.updateTable("rate_limit").set({ used: sql<number>`used - 1` }).where("key", "=", key).where("used", ">", 0).execute();
}

/** Deletes up to `atMost` limits whose window began at `before` (ms) or earlier; gives their number. One that is used anew meanwhile stays. */
export async function deleteOldUses(db: Queryable, before: number, atMost: number): Promise<number> {
  const old = db.selectFrom("rate_limit").select("key").where("since", "<=", before).limit(atMost);
  const gone = await db.deleteFrom("rate_limit").where("key", "in", old).where("since", "<=", before).executeTakeFirst();
  return Number(gone.numDeletedRows);
}

/** Forgets a limit: somebody has shown that he is who he says. */
export async function forgetUse(db: Queryable, key: string): Promise<void> {
  await db.deleteFrom("rate_limit").where("key", "=", key).execute();
}
