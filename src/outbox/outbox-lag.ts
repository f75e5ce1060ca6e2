import type { Store } from "../storage/store.ts";

/** For how long (ms) the oldest letter has waited since it was due; 0: nothing is late. Claimed letters count once their worker is gone. */
export async function outboxLag(read: Store["read"], now: number): Promise<number> {
  const due = await read.selectFrom("outbox").select("due_at as since").where("state", "=", "waiting").orderBy("due_at").limit(1).executeTakeFirst();
  const left = await read
    .selectFrom("outbox")
    .select("claimed_until as since")
    .where("state", "=", "sending")
    .orderBy("claimed_until")
    .limit(1)
    .executeTakeFirst();
  const since = [due?.since, left?.since].filter((at) => typeof at === "number");
  return Math.max(0, now - Math.min(now, ...since));
}
