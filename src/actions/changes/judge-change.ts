import type { AccountActor, Context } from "../../context.ts";
import { mayGive, type Pair, pairsOf } from "../../domain/change-policy.ts";
import { parseHandle } from "../../domain/handle.ts";
import { type RefusalDetail, refuse } from "../../domain/refusal.ts";
import { type Holders, type Role, roles, rolesHeldBy } from "../../domain/role.ts";
import { type AccountRow, findHolders, keepAccounts } from "../../storage/queries/accounts.ts";
import { countUse, type Limit, readLimit, type Use } from "../../storage/queries/limits.ts";
import { findOpenRequests, type RequestRow } from "../../storage/queries/requests.ts";
import { findService, holdersOf, lockService, type ServiceRow } from "../../storage/queries/services.ts";
import type { Transaction } from "../../storage/store.ts";
import { active, activeAccount } from "../accounts/active-account.ts";
import type { Outcome } from "../outcome.ts";
import { accountIn } from "./change-facts.ts";
import { closeRequest } from "./close-request.ts";
import { refusalOfAsker, refusalOfNewcomer, refusalOfService, refusalOfStanding } from "./passing-rules.ts";

/** The handles that should hold each role; a role left out, or named with its present holder, is not to change. */
export type WantedContacts = Partial<Record<Role, string>>;

/** A change that may be asked for: everything that the request needs. `now`: when it was judged. */
export type JudgedChange = { service: ServiceRow; holders: Holders; asker: AccountRow; pairs: Pair[]; people: Map<number, AccountRow>; now: number };

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
  // Writers on SQLite take turns: nobody is held up by locks there.
  if (tx.engine === "postgres") await refuseStranger(tx, actor, serviceId);
  const { kept, service, people, open, use, now } = await lockAndRead(tx, actor, serviceId, handlesIn(wanted));
  const asker = active(actor.id, kept.get(actor.id));
  if (!service) refuse({ code: "service-not-found", service: String(serviceId) });
  const holders = holdersOf(service);
  if (rolesHeldBy(actor.id, holders).length === 0) refuse({ code: "service-not-found", service: String(serviceId) });
  const handles = handlesToChange(wanted, holders, people);
  if (handles.size === 0) refuse({ code: "nothing-to-change" });
  for (const role of handles.keys()) {
    if (!mayGive(actor.id, role, holders)) refuse({ code: "role-not-yours", role, adminHandle: accountIn(people, holders.admin).handle });
  }
  const first = refusalOfAsker(asker, now) ?? refusalOfService(context, service, now);
  if (first) refuse(first);
  await refuseHeldRoles(context, tx, open, [...handles.keys()], now);
  if (!use.allowed) refuse({ code: "too-many-lookups", retryAt: use.retryAt });
  const found = findNewcomers(handles, kept);
  if ("refused" in found) return refuseCounted(tx, actor, found.refused, now);
  for (const account of found.ok.values()) people.set(account.id, account);
  const pairs = pairsOf(Object.fromEntries([...found.ok].map(([role, account]) => [role, account.id])), holders);
  const standing = await refusalOfPairs(context, tx, { asker, pairs, people, now });
  if (standing) return refuseCounted(tx, actor, standing, now);
  return { ok: { service, holders, asker, pairs, people, now } };
}

/** Before any lock: whoever has nothing to do with a service holds up nobody by asking about it. */
async function refuseStranger(tx: Transaction, actor: AccountActor, serviceId: number): Promise<void> {
  const [, seen] = await Promise.all([activeAccount(tx.db, actor.id), findService(tx.db, serviceId)]);
  if (!seen || rolesHeldBy(actor.id, holdersOf(seen)).length === 0) refuse({ code: "service-not-found", service: String(serviceId) });
}

type Read = {
  kept: Map<number, AccountRow>;
  service: ServiceRow | undefined;
  people: Map<number, AccountRow>;
  open: RequestRow[];
  use: Use;
  now: number;
};

/** In one round trip and in this order: nobody who asks or is named is closed meanwhile; then the service; then all that decides. */
async function lockAndRead(tx: Transaction, actor: AccountActor, serviceId: number, named: readonly string[]): Promise<Read> {
  const [kept, service, people, open, limit, now] = await Promise.all([
    keepAccounts(tx, [actor.id], named),
    lockService(tx.db, serviceId),
    findHolders(tx.db, serviceId),
    findOpenRequests(tx.db, serviceId),
    readLimit(tx.db, lookups(actor)),
    tx.now(),
  ]);
  return { kept, service, people, open, use: limit(now), now };
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
async function refuseHeldRoles(context: Context, tx: Transaction, open: readonly RequestRow[], wanted: readonly Role[], now: number): Promise<void> {
  for (const request of open) {
    if (request.state === "validatingByCustomers" && request.expires_at <= now) {
      await closeRequest(context, tx, request, { state: "expired" }, { kind: "system" });
      continue;
    }
    const role = wanted.find((one) => request.roles.includes(one));
    if (role) refuse({ code: "role-held-by-open-request", role, id: request.id });
  }
}

function findNewcomers(handles: Map<Role, string>, kept: ReadonlyMap<number, AccountRow>): Outcome<Map<Role, AccountRow>> {
  const newcomers = new Map<Role, AccountRow>();
  for (const [role, typed] of handles) {
    const handle = parseHandle(typed);
    const account = [...kept.values()].find((one) => one.handle === handle);
    if (!account) return { refused: { code: "newcomer-unknown", role, handle: typed.slice(0, 40) } };
    const refused = refusalOfNewcomer(account, role);
    if (refused) return { refused };
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

type Pairs = { asker: AccountRow; pairs: Pair[]; people: Map<number, AccountRow>; now: number };

async function refusalOfPairs(context: Context, tx: Transaction, { asker, pairs, people, now }: Pairs): Promise<RefusalDetail | undefined> {
  for (const pair of pairs) {
    const from = accountIn(people, pair.from);
    const to = accountIn(people, pair.to);
    const refusal = await refusalOfStanding(context, tx, { asker, from, to, roles: pair.roles, reader: asker.id, now });
    if (refusal) return refusal;
  }
  return undefined;
}
