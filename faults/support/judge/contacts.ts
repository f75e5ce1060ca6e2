import { isOpen } from "../../../src/domain/change-request.ts";
import { type Holders, type Role, roleBits, roles, rolesHeldBy, rolesOf } from "../../../src/domain/role.ts";
import type { Verdict } from "../verdict.ts";
import { byRequest, type Rows } from "./rows.ts";

/** The arithmetic of rows: the contacts are the fold of the log, memberships and counts follow them, open requests hold their roles. */
export function judgeContacts(rows: Rows, verdict: Verdict): void {
  judgeFold(rows, verdict);
  judgeMemberships(rows, verdict);
  judgeOpenRoles(rows, verdict);
  judgeDeeds(rows, verdict);
}

const holdersOf = (service: Rows["services"][number]): Holders => ({ admin: service.admin_id, tech: service.tech_id, billing: service.billing_id });

function judgeFold({ services, moves }: Rows, verdict: Verdict): void {
  const log = Map.groupBy(moves, (move) => `${move.service_id} ${move.role}`);
  const fold = (service: number, role: Role): number | undefined => {
    let holder: number | null = null;
    for (const move of log.get(`${service} ${role}`) ?? []) {
      if (move.from_id !== holder) verdict.fault(`service ${service}: move ${move.id} takes ${role} from ${move.from_id}, but ${holder} held it`);
      holder = move.to_id;
    }
    return holder ?? undefined;
  };
  for (const service of services) {
    for (const role of roles) {
      const expected = fold(service.id, role);
      const held = holdersOf(service)[role];
      if (expected !== held) verdict.count("movedWithoutConsent", `service ${service.id}: ${held} is ${role}, but by the log it is ${expected}`);
    }
  }
}

function judgeMemberships({ services, memberships, counts }: Rows, verdict: Verdict): void {
  const expected = new Map<string, number>();
  const held = new Map<number, number>();
  for (const service of services) {
    if (service.removed_at !== null) continue;
    const holders = holdersOf(service);
    for (const account of new Set(Object.values(holders))) {
      expected.set(`${account} on service ${service.id}`, roleBits(rolesHeldBy(account, holders)));
      held.set(account, (held.get(account) ?? 0) + 1);
    }
  }
  for (const row of memberships) {
    const place = `${row.account_id} on service ${row.service_id}`;
    if (expected.get(place) !== row.roles) verdict.fault(`the membership of ${place} says ${row.roles} and not ${expected.get(place)}`);
    expected.delete(place);
  }
  for (const place of expected.keys()) verdict.fault(`there is no membership of ${place}`);
  for (const row of counts) if ((held.get(row.account_id) ?? 0) !== row.services) verdict.fault(`account ${row.account_id} counts ${row.services} services`);
}

function judgeOpenRoles({ requests, openRoles }: Rows, verdict: Verdict): void {
  const rolesOfRequest = byRequest(openRoles);
  for (const request of requests.values()) {
    const held = rolesOfRequest.get(request.id) ?? [];
    const wanted = isOpen(request.state) ? rolesOf(request.roles).length : 0;
    if (held.length !== wanted) verdict.fault(`request ${request.id} is ${request.state} and holds ${held.length} roles`);
    if (held.some((row) => row.service_id !== request.service_id)) verdict.fault(`request ${request.id} holds roles of another service`);
  }
  for (const id of rolesOfRequest.keys()) if (!requests.has(id)) verdict.fault(`roles are held by request ${id}, which does not exist`);
}

/** The audit log has one beginning and one end for each request. */
function judgeDeeds({ requests, deeds, approvals }: Rows, verdict: Verdict): void {
  const deedsOf = byRequest(deeds);
  const approvalsOf = byRequest(approvals);
  for (const request of requests.values()) {
    const done = (deedsOf.get(request.id) ?? []).map((row) => row.deed);
    const ends = done.filter((deed) => deed.startsWith("change.") && deed !== "change.asked");
    const expected = isOpen(request.state) ? [] : [`change.${request.state}`];
    if (done.filter((deed) => deed === "change.asked").length !== 1) verdict.fault(`the audit log says ${done.join(", ")} of request ${request.id}`);
    if (ends.join() !== expected.join()) verdict.fault(`request ${request.id} is ${request.state}; its audit log says ${ends.join(", ")}`);
    const approvers = new Set([request.asker_id, request.to_id]).size;
    if (approvalsOf.get(request.id)?.length !== approvers)
      verdict.fault(`request ${request.id} asks ${approvalsOf.get(request.id)?.length} and not ${approvers}`);
  }
}
