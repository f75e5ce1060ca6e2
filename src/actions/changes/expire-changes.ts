import type { Context } from "../../context.ts";
import { findRequest } from "../../storage/queries/requests.ts";
import { lockService } from "../../storage/queries/services.ts";
import type { Transaction } from "../../storage/store.ts";
import { closeRequest } from "./close-request.ts";
import { eachDueRequest } from "./each-due-request.ts";

/** Ends the requests whose time has passed (§6), each in a transaction of its own. Gives how many. */
export async function expireChanges(context: Context): Promise<number> {
  return eachDueRequest(context, { name: "expireChanges", by: "expires_at", one: (tx, id) => expire(context, tx, id) });
}

async function expire(context: Context, tx: Transaction, id: number): Promise<boolean> {
  const seen = await findRequest(tx.db, id);
  if (!seen) return false;
  await lockService(tx.db, seen.service_id);
  const request = await findRequest(tx.db, id);
  if (request?.state !== "validatingByCustomers" || request.expires_at > (await tx.now())) return false;
  return closeRequest(context, tx, request, { state: "expired" }, { kind: "system" });
}
