import { sql } from "kysely";
import { prepare } from "../prepare.ts";
import type { Queryable } from "../tables.ts";

export type Limit = { key: string; atMost: number /** ms */; window: number };

export type Use = { allowed: boolean; used: number; retryAt: number };

type Counting = { key: string; now: number; over: number; atMost: number };

/** `over`: a window that began then or earlier has ended. */
const countOne = prepare((db, { key, now, over, atMost }: Counting) => {
  const fresh = sql`rate_limit.since <= ${over}`;
  const [text, begins] = [sql`cast(${key} as text)`, sql`cast(${now} as bigint)`];
  return sql<{ since: number; used: number }>`insert into rate_limit (key, since, used)
    select ${text}, ${begins}, 1 where not exists (select 1 from rate_limit where key = ${text} and since > ${over} and used >= ${atMost})
    on conflict (key) do update set used = case when ${fresh} then 1 else rate_limit.used + 1 end,
      since = case when ${fresh} then excluded.since else rate_limit.since end
    returning since, used`.compile(db);
});

/**
 * Counts one use of a limit in its fixed window. `retryAt` (ms) is when the window ends; over the limit, `allowed` is false and nothing is written:
 * those who go on all the same would else queue for its row and hold up others.
 */
export async function countUse(db: Queryable, limit: Limit, now: number): Promise<Use> {
  const [row] = await countOne(db, { key: limit.key, now, over: now - limit.window, atMost: limit.atMost });
  if (row) return { allowed: row.used <= limit.atMost, used: row.used, retryAt: row.since + limit.window };
  const before = await readUse(db, limit, now);
  // Somebody has forgotten the limit in between.
  return before.allowed ? countUse(db, limit, now) : before;
}

const byKey = prepare((db, { key }: { key: string }) => db.selectFrom("rate_limit").select(["since", "used"]).where("key", "=", key).compile());

/** How a limit stands, without counting. */
export async function readUse(db: Queryable, limit: Limit, now: number): Promise<Use> {
  return (await readLimit(db, limit))(now);
}

/** The same where the time is asked for together with it. */
export async function readLimit(db: Queryable, limit: Limit): Promise<(now: number) => Use> {
  const [row] = await byKey(db, { key: limit.key });
  return (now) => {
    if (!row || row.since <= now - limit.window) return { allowed: true, used: 0, retryAt: now };
    return { allowed: row.used < limit.atMost, used: row.used, retryAt: row.since + limit.window };
  };
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
