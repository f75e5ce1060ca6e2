import type { AccountActor, Context } from "../../context.ts";
import { approversOf, type Pair } from "../../domain/change-policy.ts";
import { expiryOf, reminderOf } from "../../domain/change-request.ts";
import { resendsADay } from "../../domain/code.ts";
import { refuse } from "../../domain/refusal.ts";
import type { Role } from "../../domain/role.ts";
import type { Sibling } from "../../mail/letters.ts";
import { type AuditEntry, recordAudits } from "../../storage/queries/audit.ts";
import { countUse } from "../../storage/queries/limits.ts";
import { insertRequest, joinRequests, type NewRequest } from "../../storage/queries/requests.ts";
import type { Transaction } from "../../storage/store.ts";
import { personOf } from "../accounts/person-of.ts";
import { signatureOf } from "../actor.ts";
import { settle } from "../outcome.ts";
import { accountIn, toldOf } from "./change-facts.ts";
import { type JudgedChange, judgeChange, type WantedContacts } from "./judge-change.ts";
import { type Asking, askApprovers } from "./send-code.ts";

/**
 * Asks for other contacts on a service (§4 of SPEC.md): one request for each pair (from, to), all or none; each approver gets
 * a code of his own. Gives the ids, in the order of the roles.
 */
export async function requestChange(context: Context, actor: AccountActor, input: { serviceId: number; contacts: WantedContacts }): Promise<{ ids: number[] }> {
  const outcome = await context.store.write(async (tx) => {
    const judged = await judgeChange(context, tx, actor, input.serviceId, input.contacts);
    return "refused" in judged ? judged : { ok: await register(context, tx, actor, judged.ok) };
  });
  return { ids: settle(outcome) };
}

/** A request that this call has made. */
type Made = NewRequest & { id: number; pair: Pair };

async function register(context: Context, tx: Transaction, actor: AccountActor, change: JudgedChange): Promise<number[]> {
  const made = await insertRequests(context, tx, change);
  const rest = Promise.all([
    joinRequests(tx.db, made, change.holders.admin),
    recordAudits(
      tx.db,
      made.map((one) => ({ ...signatureOf(actor), at: change.now, deed: "change.asked", ...factsOfAudit(change, one) })),
    ),
    askApprovers(
      context,
      tx,
      made.flatMap((one) => askingsOf(change, one, made)),
      change.now,
    ),
  ]);
  tx.alongCommit(rest);
  return made.map((one) => one.id);
}

/** One request for each pair; the later ones name the first, so that the call is known by it. */
async function insertRequests(context: Context, tx: Transaction, change: JudgedChange): Promise<Made[]> {
  const insert = async (pair: Pair, callId: number | undefined): Promise<Made> => {
    const request = newRequest(context, change, pair);
    const [, id] = await Promise.all([countAsking(tx, change, pair.to), insertRequest(tx, request, callId)]);
    return { ...request, id, pair };
  };
  const [first, ...others] = change.pairs;
  if (!first) return [];
  const made = await insert(first, undefined);
  return [made, ...(await Promise.all(others.map((pair) => insert(pair, made.id))))];
}

/** Ten a day for each service and newcomer: who asks and cancels in turn must not fill somebody's mailbox (as §5 of SPEC.md for sending again). */
async function countAsking(tx: Transaction, change: JudgedChange, newcomer: number): Promise<void> {
  if (newcomer === change.asker.id) return;
  const limit = { key: `ask:${change.service.id}/${newcomer}`, atMost: resendsADay, window: 24 * 60 * 60 * 1000 };
  const use = await countUse(tx.db, limit, change.now);
  if (!use.allowed) refuse({ code: "asked-too-often", handle: accountIn(change.people, newcomer).handle, retryAt: use.retryAt });
}

function newRequest(context: Context, change: JudgedChange, pair: Pair): NewRequest {
  return {
    service_id: change.service.id,
    asker_id: change.asker.id,
    from_id: pair.from,
    to_id: pair.to,
    roles: pair.roles,
    asked_as: change.holders.admin === change.asker.id ? "admin" : (pair.roles[0] as Role),
    asked_at: change.now,
    expires_at: expiryOf(change.now, context.settings.requestDays),
    remind_at: reminderOf(change.now, context.settings.requestDays) ?? null,
  };
}

function factsOfAudit(change: JudgedChange, { id, pair }: Made): Pick<AuditEntry, "serviceId" | "requestId" | "details"> {
  const handle = (account: number): string => accountIn(change.people, account).handle;
  return { serviceId: change.service.id, requestId: id, details: { from: handle(pair.from), to: handle(pair.to), roles: pair.roles } };
}

function askingsOf(change: JudgedChange, one: Made, made: readonly Made[]): Asking[] {
  const told = toldOf(one, change.service, change.people);
  return approversOf(change.asker.id, one.pair.to).map((accountId) => {
    const others = made.filter((other) => other !== one && approversOf(change.asker.id, other.pair.to).includes(accountId));
    return { told, accountId, siblings: others.map((other) => siblingOf(change, other)) };
  });
}

function siblingOf(change: JudgedChange, { id, pair }: Made): Sibling {
  return { id, roles: pair.roles, from: personOf(accountIn(change.people, pair.from)), to: personOf(accountIn(change.people, pair.to)) };
}
