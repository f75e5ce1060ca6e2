import type { Context } from "../../context.ts";
import { findRequest } from "../../storage/queries/requests.ts";
import { lockService } from "../../storage/queries/services.ts";
import type { Transaction } from "../../storage/store.ts";
import { closeRequest } from "./close-request.ts";

const batch = 100;

/** Ends the requests whose time has passed (§6), each in a transaction of its own. Gives how many. */
export async function expireChanges(context: Context): Promise<number> {
  let expired = 0;
  for (;;) {
    const due = await overdue(context);
    const ended = await Promise.all(due.map((id) => context.store.write((tx) => expire(context, tx, id))));
    expired += ended.filter(Boolean).length;
    if (due.length < batch || !ended.includes(true)) return expired;
  }
}

async function overdue(context: Context): Promise<number[]> {
  const rows = await context.store.read
    .selectFrom("change_request")
    .select("id")
    .where("state", "=", "validatingByCustomers")
    .where("expires_at", "<=", context.clock())
    .orderBy("expires_at")
    .limit(batch)
    .execute();
  return rows.map((row) => row.id);
}

async function expire(context: Context, tx: Transaction, id: number): Promise<boolean> {
  const seen = await findRequest(tx.db, id);
  if (!seen) return false;
  await lockService(tx.db, seen.service_id);
  const request = await findRequest(tx.db, id);
  if (request?.state !== "validatingByCustomers" || request.expires_at > (await tx.now())) return false;
  return closeRequest(context, tx, request, { state: "expired" }, { kind: "system" });
}
