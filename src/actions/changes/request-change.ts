import type { AccountActor, Context } from "../../context.ts";
import { approversOf, type Pair } from "../../domain/change-policy.ts";
import { expiryOf, reminderOf } from "../../domain/change-request.ts";
import { resendsADay } from "../../domain/code.ts";
import { refuse } from "../../domain/refusal.ts";
import type { Role } from "../../domain/role.ts";
import type { Sibling } from "../../mail/letters.ts";
import { type AuditEntry, recordAudit } from "../../storage/queries/audit.ts";
import { countUse } from "../../storage/queries/limits.ts";
import { insertRequest, joinCall, type NewRequest } from "../../storage/queries/requests.ts";
import type { Transaction } from "../../storage/store.ts";
import { personOf } from "../accounts/person-of.ts";
import { signatureOf } from "../actor.ts";
import { settle } from "../outcome.ts";
import { accountIn } from "./change-facts.ts";
import { type JudgedChange, judgeChange, type WantedContacts } from "./judge-change.ts";
import { askApprover } from "./send-code.ts";

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
type Made = { id: number; pair: Pair };

async function register(context: Context, tx: Transaction, actor: AccountActor, change: JudgedChange): Promise<number[]> {
  const now = await tx.now();
  const made: Made[] = [];
  for (const pair of change.pairs) {
    if (pair.to !== change.asker.id) await countAsking(tx, change, pair.to, now);
    made.push({ id: await insertRequest(tx.db, newRequest(context, change, pair, now), change.holders.admin), pair });
  }
  const ids = made.map((one) => one.id);
  await joinCall(tx.db, ids, Math.min(...ids));
  for (const one of made) {
    await recordAudit(tx.db, { ...signatureOf(actor), at: now, deed: "change.asked", ...factsOfAudit(change, one) });
    await askApprovers(context, tx, change, one, made);
  }
  return ids;
}

/** Ten a day for each service and newcomer: who asks and cancels in turn must not fill somebody's mailbox (as §5 of SPEC.md for sending again). */
async function countAsking(tx: Transaction, change: JudgedChange, newcomer: number, now: number): Promise<void> {
  const limit = { key: `ask:${change.service.id}/${newcomer}`, atMost: resendsADay, window: 24 * 60 * 60 * 1000 };
  const use = await countUse(tx.db, limit, now);
  if (!use.allowed) refuse({ code: "asked-too-often", handle: accountIn(change.people, newcomer).handle, retryAt: use.retryAt });
}

function newRequest(context: Context, change: JudgedChange, pair: Pair, now: number): NewRequest {
  return {
    service_id: change.service.id,
    asker_id: change.asker.id,
    from_id: pair.from,
    to_id: pair.to,
    roles: pair.roles,
    asked_as: change.holders.admin === change.asker.id ? "admin" : (pair.roles[0] as Role),
    asked_at: now,
    expires_at: expiryOf(now, context.settings.requestDays),
    remind_at: reminderOf(now, context.settings.requestDays) ?? null,
  };
}

function factsOfAudit(change: JudgedChange, { id, pair }: Made): Pick<AuditEntry, "serviceId" | "requestId" | "details"> {
  const handle = (account: number): string => accountIn(change.people, account).handle;
  return { serviceId: change.service.id, requestId: id, details: { from: handle(pair.from), to: handle(pair.to), roles: pair.roles } };
}

async function askApprovers(context: Context, tx: Transaction, change: JudgedChange, one: Made, made: readonly Made[]): Promise<void> {
  const expiresAt = expiryOf(await tx.now(), context.settings.requestDays);
  const facts = { ...siblingOf(change, one), service: change.service.name, product: change.service.product, asker: personOf(change.asker), expiresAt };
  const told = { request: { id: one.id, asker_id: change.asker.id }, facts, people: change.people };
  for (const approver of approversOf(change.asker.id, one.pair.to)) {
    const others = made.filter((other) => other !== one && approversOf(change.asker.id, other.pair.to).includes(approver));
    const siblings = others.map((other) => siblingOf(change, other));
    await askApprover(context, tx, told, approver, siblings);
  }
}

function siblingOf(change: JudgedChange, { id, pair }: Made): Sibling {
  return { id, roles: pair.roles, from: personOf(accountIn(change.people, pair.from)), to: personOf(accountIn(change.people, pair.to)) };
}
