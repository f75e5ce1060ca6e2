import type { Context } from "../../context.ts";
import { isAnswerable } from "../../domain/change-request.ts";
import type { AccountRow } from "../../storage/queries/accounts.ts";
import { findApprovals, findOpenRequestsOf } from "../../storage/queries/requests.ts";
import { lockServices } from "../../storage/queries/services.ts";
import type { Transaction } from "../../storage/store.ts";
import { readFacts } from "./change-facts.ts";
import { sendNewCode } from "./send-code.ts";

/**
 * When a new address is confirmed, the account's open codes die, its waiting letters are dropped, and new codes go to the new
 * address (§10 of SPEC.md). Belongs into the transaction that confirms the address, which has locked the account.
 */
export async function renewCodesOf(context: Context, tx: Transaction, account: AccountRow): Promise<void> {
  const services = (await findOpenRequestsOf(tx.db, account.id)).map((request) => request.service_id);
  await lockServices(tx, services);
  const now = await tx.now();
  const open = (await findOpenRequestsOf(tx.db, account.id)).filter((request) => isAnswerable(request.state) && request.expires_at > now);
  const approvals = await findApprovals(
    tx.db,
    open.map((request) => request.id),
  );
  for (const request of open) {
    const mine = approvals.find((approval) => approval.request_id === request.id && approval.account_id === account.id);
    if (mine?.answer === null) await sendNewCode(context, tx, await readFacts(tx.db, request), mine);
  }
}
