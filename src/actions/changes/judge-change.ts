import type { AccountActor, Context } from "../../context.ts";
import { mayGive, type Pair, pairsOf } from "../../domain/change-policy.ts";
import { parseHandle } from "../../domain/handle.ts";
import { type RefusalDetail, refuse } from "../../domain/refusal.ts";
import { type Holders, type Role, roles, rolesHeldBy } from "../../domain/role.ts";
import { type AccountRow, findAccountByHandle, findAccounts, keepAccounts } from "../../storage/queries/accounts.ts";
import { countUse, type Limit, readUse } from "../../storage/queries/limits.ts";
import { findOpenRequests } from "../../storage/queries/requests.ts";
import { findService, holdersOf, lockService, type ServiceRow } from "../../storage/queries/services.ts";
import type { Transaction } from "../../storage/store.ts";
import { activeAccount } from "../accounts/active-account.ts";
import type { Outcome } from "../outcome.ts";
import { accountIn } from "./change-facts.ts";
import { closeRequest } from "./close-request.ts";
import { refusalOfAsker, refusalOfNewcomer, refusalOfService, refusalOfStanding } from "./passing-rules.ts";

/** The handles that should hold each role; a role left out, or named with its present holder, is not to change. */
export type WantedContacts = Partial<Record<Role, string>>;

/** A change that may be asked for: everything that the request needs. */
export type JudgedChange = { service: ServiceRow; holders: Holders; asker: AccountRow; pairs: Pair[]; people: Map<number, AccountRow> };

/**
 * Whether this account may ask for this change of this service (§4 of SPEC.md). Locks the service. A refusal that tells
 * something of the newcomer's account is counted (30 a day) and therefore returned, so that its count is kept; others are thrown.
 */
export async function judgeChange(
  context: Context,
  tx: Transaction,
  actor: AccountActor,
  serviceId: number,
  wanted: WantedContacts,
): Promise<Outcome<JudgedChange>> {
  // Before any lock: whoever has nothing to do with a service holds up nobody by asking about it.
  await activeAccount(tx.db, actor.id);
  const seen = await findService(tx.db, serviceId);
  if (!seen || rolesHeldBy(actor.id, holdersOf(seen)).length === 0) refuse({ code: "service-not-found", service: String(serviceId) });
  // Nobody who asks or is named is closed meanwhile.
  await keepAccounts(tx, [actor.id], handlesIn(wanted));
  await activeAccount(tx.db, actor.id);
  const service = (await lockService(tx.db, serviceId)) ?? refuse({ code: "service-not-found", service: String(serviceId) });
  const holders = holdersOf(service);
  if (rolesHeldBy(actor.id, holders).length === 0) refuse({ code: "service-not-found", service: String(serviceId) });
  const people = await findAccounts(tx.db, Object.values(holders));
  const handles = handlesToChange(wanted, holders, people);
  if (handles.size === 0) refuse({ code: "nothing-to-change" });
  for (const role of handles.keys()) {
    if (!mayGive(actor.id, role, holders)) refuse({ code: "role-not-yours", role, adminHandle: accountIn(people, holders.admin).handle });
  }
  const asker = accountIn(people, actor.id);
  const now = await tx.now();
  const first = refusalOfAsker(asker, now) ?? refusalOfService(context, service, now);
  if (first) refuse(first);
  await refuseHeldRoles(context, tx, service, [...handles.keys()], now);
  const found = await findNewcomers(tx, actor, handles, now);
  if ("refused" in found) return found;
  for (const account of found.ok.values()) people.set(account.id, account);
  const pairs = pairsOf(Object.fromEntries([...found.ok].map(([role, account]) => [role, account.id])), holders);
  const standing = await refusalOfPairs(context, tx, { asker, pairs, people });
  if (standing) return refuseCounted(tx, actor, standing, now);
  return { ok: { service, holders, asker, pairs, people } };
}

function handlesIn(wanted: WantedContacts): string[] {
  return roles.flatMap((role) => parseHandle(withoutSpaces(wanted[role] ?? "")) ?? []);
}

const withoutSpaces = (typed: string): string => typed.replace(/\s+/g, "");

/** What was typed for each role that is to change; spaces and letter case do not matter. */
function handlesToChange(wanted: WantedContacts, holders: Holders, people: Map<number, AccountRow>): Map<Role, string> {
  const changes = new Map<Role, string>();
  for (const role of roles) {
    const typed = withoutSpaces(wanted[role] ?? "").toLowerCase();
    if (typed && typed !== accountIn(people, holders[role]).handle) changes.set(role, typed);
  }
  return changes;
}

/** A role that an open request holds cannot be asked for again. One whose time has passed no longer counts, though no timer has run (§10). */
async function refuseHeldRoles(context: Context, tx: Transaction, service: ServiceRow, wanted: readonly Role[], now: number): Promise<void> {
  for (const request of await findOpenRequests(tx.db, service.id)) {
    if (request.state === "validatingByCustomers" && request.expires_at <= now) {
      await closeRequest(context, tx, request, { state: "expired" }, { kind: "system" });
      continue;
    }
    const role = wanted.find((one) => request.roles.includes(one));
    if (role) refuse({ code: "role-held-by-open-request", role, id: request.id });
  }
}

async function findNewcomers(tx: Transaction, actor: AccountActor, handles: Map<Role, string>, now: number): Promise<Outcome<Map<Role, AccountRow>>> {
  const use = await readUse(tx.db, lookups(actor), now);
  if (!use.allowed) refuse({ code: "too-many-lookups", retryAt: use.retryAt });
  const newcomers = new Map<Role, AccountRow>();
  for (const [role, typed] of handles) {
    const handle = parseHandle(typed);
    const account = handle === undefined ? undefined : await findAccountByHandle(tx.db, handle);
    if (!account) return refuseCounted(tx, actor, { code: "newcomer-unknown", role, handle: typed.slice(0, 40) }, now);
    const refusal = refusalOfNewcomer(account, role);
    if (refusal) return refuseCounted(tx, actor, refusal, now);
    newcomers.set(role, account);
  }
  return { ok: newcomers };
}

/** 30 a day: enough for typing errors, too few to find out which handles exist. */
const lookups = (actor: AccountActor): Limit => ({ key: `lookup:${actor.id}`, atMost: 30, window: 24 * 60 * 60 * 1000 });

async function refuseCounted(tx: Transaction, actor: AccountActor, refused: RefusalDetail, now: number): Promise<{ refused: RefusalDetail }> {
  const use = await countUse(tx.db, lookups(actor), now);
  return { refused: use.allowed ? refused : { code: "too-many-lookups", retryAt: use.retryAt } };
}

type Pairs = { asker: AccountRow; pairs: Pair[]; people: Map<number, AccountRow> };

async function refusalOfPairs(context: Context, tx: Transaction, { asker, pairs, people }: Pairs): Promise<RefusalDetail | undefined> {
  for (const pair of pairs) {
    const from = accountIn(people, pair.from);
    const to = accountIn(people, pair.to);
    const refusal = await refusalOfStanding(context, tx, { asker, from, to, roles: pair.roles, reader: asker.id });
    if (refusal) return refusal;
  }
  return undefined;
}
