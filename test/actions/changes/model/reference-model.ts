import type { Role } from "../../../../src/domain/role.ts";
import type { Name } from "../../../support/cast.ts";

/*
 * SPEC §4 to §6 and §10 told a second time, as plainly as it can be, to compare the system with: no storage, no hashing, two services.
 * It shares no code with src/.
 */

export type ModelRequest = {
  id: number;
  call: number;
  service: number;
  asker: Name;
  from: Name;
  to: Name;
  roles: Role[];
  byAdmin: boolean;
  state: "open" | "done" | "refused" | "expired" | "aborted" | "error";
  expiresAt: number;
  /** Approver → what he has said, his code, his dead codes, how often he was wrong. */
  approvers: Map<Name, ModelApproval>;
};

export type ModelApproval = { said: "accepted" | "refused" | null; code: string; dead: Set<string>; wrong: number; sentAt: number };

export type ModelService = { holders: Record<Role, Name>; locked: boolean; removed: boolean };

export type Model = {
  services: ModelService[];
  requests: ModelRequest[];
  status: Record<Name, "active" | "suspended" | "closed">;
  /** Behind with an invoice. */
  late: Set<Name>;
  /** After a password reset: until when. */
  blocked: Map<Name, number>;
  /** What was used of the limits. */
  used: Map<string, { since: number; times: number }>;
  now: number;
};

const allRoles: Role[] = ["admin", "tech", "billing"];
const day = 24 * 3600 * 1000;
export const week = 7 * day;

type Group = { from: Name; to: Name; roles: Role[] };

/** Requests whose time has passed are expired. */
export function tick(model: Model, ms: number): void {
  model.now += ms;
  for (const request of model.requests) if (request.state === "open" && request.expiresAt <= model.now) request.state = "expired";
}

/** The refusal code, or the groups that become requests. */
export function modelAsk(model: Model, index: number, asker: Name, wanted: Partial<Record<Role, Name>>): string | Group[] {
  const service = serviceAt(model, index);
  const { holders } = service;
  if (model.status[asker] !== "active") return `account-${model.status[asker]}`;
  if (service.removed || !allRoles.some((role) => holders[role] === asker)) return "service-not-found";
  const changed = allRoles.filter((role) => wanted[role] !== undefined && wanted[role] !== holders[role]);
  if (changed.length === 0) return "nothing-to-change";
  if (changed.some((role) => holders.admin !== asker && holders[role] !== asker)) return "role-not-yours";
  if (isBlocked(model, asker)) return "asker-blocked-after-reset";
  if (service.locked) return "service-not-changeable";
  if (openOn(model, index).some((request) => request.roles.some((role) => changed.includes(role)))) return "role-held-by-open-request";
  if (timesUsed(model, `lookup ${asker}`) >= 30) return "too-many-lookups";
  const groups = groupsOf(holders, wanted, changed);
  const billing = groups.find((group) => group.roles.includes("billing"));
  const told = changed.some((role) => model.status[wanted[role] as Name] !== "active")
    ? "newcomer-inactive"
    : billing && standing(model, asker, asker, billing);
  if (told) {
    use(model, `lookup ${asker}`);
    return told;
  }
  return countAsking(model, index, asker, groups) ? groups : "asked-too-often";
}

function groupsOf(holders: Record<Role, Name>, wanted: Partial<Record<Role, Name>>, changed: Role[]): Group[] {
  const groups = new Map<string, Group>();
  for (const role of changed) {
    const to = wanted[role] as Name;
    const group = groups.get(`${holders[role]}→${to}`) ?? { from: holders[role], to, roles: [] };
    group.roles.push(role);
    groups.set(`${holders[role]}→${to}`, group);
  }
  return [...groups.values()];
}

/** Ten a day for each service and newcomer; what is refused counts nothing. */
function countAsking(model: Model, index: number, asker: Name, groups: readonly Group[]): boolean {
  const keys = groups.filter((group) => group.to !== asker).map((group) => `ask ${index} ${group.to}`);
  for (const key of new Set(keys)) if (timesUsed(model, key) + keys.filter((one) => one === key).length > 10) return false;
  for (const key of keys) use(model, key);
  return true;
}

function standing(model: Model, reader: Name, asker: Name, pair: { from: Name; to: Name }): string | undefined {
  const late = [pair.to, pair.from].filter((name) => model.late.has(name));
  if (late.includes(reader)) return "you-are-behind";
  if (late[0] === asker) return "account-cannot-change-now";
  if (late.includes(pair.to)) return "newcomer-cannot-take-billing";
  return late.includes(pair.from) ? "holder-cannot-give-billing" : undefined;
}

/** What `name` hears who answers with `code`; changes the model accordingly. */
export function modelAnswer(model: Model, request: ModelRequest, name: Name, code: string, word: "accepted" | "refused"): string {
  const unseen = refusalOfActor(model, request, name);
  if (unseen) return unseen;
  const mine = request.approvers.get(name);
  if (!mine) return "not-an-approver";
  // Whether a timer has run is not ours to know: if it has, the request is closed; if not, "already answered" and "locked" go before "expired".
  if (request.state !== "open") return request.state === "expired" ? "closed-or-expired" : "request-closed";
  if (mine.said) return "already-answered";
  if (mine.wrong >= 10) return "code-locked";
  if (mine.dead.has(code)) return "code-replaced";
  if (code !== mine.code) return wrong(request, mine, code);
  const passing = word === "accepted" ? passingRefusal(model, request, name) : undefined;
  if (passing) return passing;
  mine.said = word;
  if (word === "refused") request.state = "refused";
  else if ([...request.approvers.values()].every((approver) => approver.said === "accepted")) carryOut(model, request);
  return request.state === "open" ? "validatingByCustomers" : request.state;
}

function passingRefusal(model: Model, request: ModelRequest, name: Name): string | undefined {
  if (serviceAt(model, request.service).locked) return "service-not-changeable";
  if (name === request.asker) {
    if (isBlocked(model, name)) return "asker-blocked-after-reset";
    if (model.status[request.to] !== "active") return "newcomer-inactive";
  } else if (model.status[request.asker] !== "active") return "account-cannot-change-now";
  return request.roles.includes("billing") ? standing(model, name, request.asker, request) : undefined;
}

function wrong(request: ModelRequest, mine: ModelApproval, code: string): string {
  mine.wrong += 1;
  if (mine.wrong >= 10) return "code-locked";
  const others = [...request.approvers.values()].some((approver) => approver !== mine && approver.code === code);
  return others ? "code-of-other" : "code-wrong";
}

function carryOut(model: Model, request: ModelRequest): void {
  const { holders } = serviceAt(model, request.service);
  for (const role of request.roles) holders[role] = request.to;
  request.state = "done";
  if (request.roles.includes("admin")) loseRight(model, request.service, request.call);
}

/** Requests that were asked by the admin's right end where their asker is admin no longer; those of the call that moved the role keep it. */
function loseRight(model: Model, index: number, call: number | null): void {
  const { admin } = serviceAt(model, index).holders;
  for (const other of openOn(model, index)) if (other.byAdmin && other.call !== call && other.asker !== admin) other.state = "error";
}

export function modelCancel(model: Model, request: ModelRequest, name: Name): string {
  const unseen = refusalOfActor(model, request, name);
  if (unseen) return unseen;
  const { holders, removed } = serviceAt(model, request.service);
  if (name !== request.asker && (removed || name !== holders.admin)) return "cancel-not-yours";
  if (request.state !== "open") return request.state === "expired" ? "closed-or-expired" : "request-closed";
  request.state = "aborted";
  return "aborted";
}

/** Whether sending again is allowed; the new code is put in by the caller, who reads it from the mail. */
export function modelResend(model: Model, request: ModelRequest, name: Name, to: "me" | "newcomer"): string {
  const unseen = refusalOfActor(model, request, name);
  if (unseen) return unseen;
  const receiver = to === "me" ? name : request.to;
  const approval = request.approvers.get(receiver);
  if ((to === "newcomer" && name !== request.asker) || !approval) return "not-an-approver";
  if (request.state !== "open") return request.state === "expired" ? "closed-or-expired" : "request-closed";
  if (approval.said) return "already-answered";
  if (model.now < approval.sentAt + 60_000) return "resend-too-soon";
  if (timesUsed(model, `resend ${request.id} ${receiver}`) >= 10) return "resend-limit";
  use(model, `resend ${request.id} ${receiver}`);
  return "sent";
}

/** What the operator does to an account. */
export function modelDeed(model: Model, deed: "suspend" | "resume" | "close", name: Name): string {
  if (model.status[name] === "closed") return "account-closed";
  if (deed === "suspend") model.status[name] = "suspended";
  else if (deed === "resume") model.status[name] = "active";
  else return close(model, name);
  return "done";
}

function close(model: Model, name: Name): string {
  if (model.services.some((service) => !service.removed && Object.values(service.holders).includes(name))) return "account-holds-roles";
  model.status[name] = "closed";
  for (const request of model.requests) if (request.state === "open" && [request.asker, request.from, request.to].includes(name)) request.state = "error";
  return "done";
}

/** The operator takes a service away: its open requests end. */
export function modelRemove(model: Model, index: number): string {
  const service = serviceAt(model, index);
  if (service.removed) return "service-not-found";
  service.removed = true;
  for (const request of openOn(model, index)) request.state = "error";
  return "done";
}

/** The operator's shop says who the contacts are: open requests on these roles end. False: it names somebody who has been closed. */
export function modelImport(model: Model, index: number, contacts: Partial<Record<Role, Name>>): boolean {
  const { holders } = serviceAt(model, index);
  const moves = allRoles.filter((role) => contacts[role] !== undefined && contacts[role] !== holders[role]);
  if (Object.values(contacts).some((name) => model.status[name] === "closed")) return false;
  for (const request of openOn(model, index)) if (request.roles.some((role) => moves.includes(role))) request.state = "error";
  for (const role of moves) holders[role] = contacts[role] as Name;
  if (moves.includes("admin")) loseRight(model, index, null);
  return true;
}

function refusalOfActor(model: Model, request: ModelRequest, name: Name): string | undefined {
  if (model.status[name] !== "active") return `account-${model.status[name]}`;
  const sees = [request.asker, request.from, request.to, serviceAt(model, request.service).holders.admin];
  return sees.includes(name) ? undefined : "request-not-found";
}

function openOn(model: Model, index: number): ModelRequest[] {
  return model.requests.filter((request) => request.service === index && request.state === "open");
}

export function serviceAt(model: Model, index: number): ModelService {
  const service = model.services[index];
  if (!service) throw new Error(`the model has no service ${index}`);
  return service;
}

const isBlocked = (model: Model, name: Name): boolean => (model.blocked.get(name) ?? 0) > model.now;

/** Windows of a day that begin with the first use. */
function timesUsed(model: Model, key: string): number {
  const used = model.used.get(key);
  return used && used.since > model.now - day ? used.times : 0;
}

function use(model: Model, key: string): void {
  const times = timesUsed(model, key);
  model.used.set(key, { since: times === 0 ? model.now : (model.used.get(key)?.since ?? model.now), times: times + 1 });
}
