import type { Role } from "../../../src/domain/role.ts";
import type { Name } from "../../support/cast.ts";

/*
 * SPEC §4 to §6 told a second time, as plainly as it can be, to compare the system with: no storage, no hashing, one service.
 * It shares no code with src/.
 */

export type ModelRequest = {
  id: number;
  call: number;
  asker: Name;
  from: Name;
  to: Name;
  roles: Role[];
  byAdmin: boolean;
  state: "open" | "done" | "refused" | "expired" | "aborted" | "error";
  expiresAt: number;
  /** Approver → what he has said, his code, his dead codes, how often he was wrong. */
  approvers: Map<Name, { said: "accepted" | "refused" | null; code: string; dead: Set<string>; wrong: number; sentAt: number }>;
};

export type Model = { holders: Record<Role, Name>; requests: ModelRequest[]; late: Set<Name>; now: number };

const allRoles: Role[] = ["admin", "tech", "billing"];
export const week = 7 * 24 * 3600 * 1000;

/** Requests whose time has passed are expired. */
export function tick(model: Model, ms: number): void {
  model.now += ms;
  for (const request of model.requests) if (request.state === "open" && request.expiresAt <= model.now) request.state = "expired";
}

/** The refusal code, or the groups that become requests. */
export function modelAsk(model: Model, asker: Name, wanted: Partial<Record<Role, Name>>): string | { from: Name; to: Name; roles: Role[] }[] {
  const { holders } = model;
  if (!allRoles.some((role) => holders[role] === asker)) return "service-not-found";
  const changed = allRoles.filter((role) => wanted[role] !== undefined && wanted[role] !== holders[role]);
  if (changed.length === 0) return "nothing-to-change";
  if (changed.some((role) => holders.admin !== asker && holders[role] !== asker)) return "role-not-yours";
  if (model.requests.some((request) => request.state === "open" && request.roles.some((role) => changed.includes(role)))) return "role-held-by-open-request";
  const groups = new Map<string, { from: Name; to: Name; roles: Role[] }>();
  for (const role of changed) {
    const to = wanted[role] as Name;
    const group = groups.get(`${holders[role]}→${to}`) ?? { from: holders[role], to, roles: [] };
    group.roles.push(role);
    groups.set(`${holders[role]}→${to}`, group);
  }
  const billing = [...groups.values()].find((group) => group.roles.includes("billing"));
  const refused = billing && standing(model, asker, billing);
  return refused ?? [...groups.values()];
}

function standing(model: Model, reader: Name, pair: { from: Name; to: Name }): string | undefined {
  const late = [pair.to, pair.from].filter((name) => model.late.has(name));
  if (late.includes(reader)) return "you-are-behind";
  if (late.includes(pair.to)) return "newcomer-cannot-take-billing";
  return late.includes(pair.from) ? "holder-cannot-give-billing" : undefined;
}

/** What `name` hears who answers with `code`; changes the model accordingly. */
export function modelAnswer(model: Model, request: ModelRequest, name: Name, code: string, word: "accepted" | "refused"): string {
  const sees = new Set([request.asker, request.from, request.to, model.holders.admin]);
  if (!sees.has(name)) return "request-not-found";
  const mine = request.approvers.get(name);
  if (!mine) return "not-an-approver";
  // Whether a timer has run is not ours to know: if it has, the request is closed; if not, "already answered" and "locked" go before "expired".
  if (request.state !== "open" && request.state !== "expired") return "request-closed";
  if (request.state === "expired") return "closed-or-expired";
  if (mine.said) return "already-answered";
  if (mine.wrong >= 10) return "code-locked";
  if (mine.dead.has(code)) return "code-replaced";
  if (code !== mine.code) return wrong(request, name, code);
  if (word === "accepted" && request.roles.includes("billing")) {
    const refused = standing(model, name, request);
    if (refused) return refused;
  }
  mine.said = word;
  if (word === "refused") request.state = "refused";
  else if ([...request.approvers.values()].every((approver) => approver.said === "accepted")) carryOut(model, request);
  return request.state === "open" ? "validatingByCustomers" : request.state;
}

function wrong(request: ModelRequest, name: Name, code: string): string {
  const mine = request.approvers.get(name);
  if (!mine) return "not-an-approver";
  mine.wrong += 1;
  if (mine.wrong >= 10) return "code-locked";
  const others = [...request.approvers].some(([other, approver]) => other !== name && approver.code === code);
  return others ? "code-of-other" : "code-wrong";
}

function carryOut(model: Model, request: ModelRequest): void {
  for (const role of request.roles) model.holders[role] = request.to;
  request.state = "done";
  if (!request.roles.includes("admin")) return;
  for (const other of model.requests) {
    if (other.state === "open" && other.byAdmin && other.call !== request.call && other.asker !== request.to) other.state = "error";
  }
}

export function modelCancel(model: Model, request: ModelRequest, name: Name): string {
  if (![request.asker, request.from, request.to, model.holders.admin].includes(name)) return "request-not-found";
  if (name !== request.asker && name !== model.holders.admin) return "cancel-not-yours";
  if (request.state === "expired") return "closed-or-expired";
  if (request.state !== "open") return "request-closed";
  request.state = "aborted";
  return "aborted";
}

/** Whether sending again is allowed; the new code is put in by the caller, who reads it from the mail. */
export function modelResend(model: Model, request: ModelRequest, name: Name): string {
  if (![request.asker, request.from, request.to, model.holders.admin].includes(name)) return "request-not-found";
  const mine = request.approvers.get(name);
  if (!mine) return "not-an-approver";
  if (request.state === "expired") return "closed-or-expired";
  if (request.state !== "open") return "request-closed";
  if (mine.said) return "already-answered";
  return model.now < mine.sentAt + 60_000 ? "resend-too-soon" : "sent";
}
