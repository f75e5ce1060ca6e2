import { type FailureReason, isAnswerable, type State } from "../../domain/change-request.ts";
import { wrongTriesAllowed } from "../../domain/code.ts";
import type { Role } from "../../domain/role.ts";
import type { Part } from "../../mail/letters.ts";
import { findPeople, type Person, personIn } from "../../storage/queries/people.ts";
import { findShownApprovals, type RequestRow, type ShownApproval } from "../../storage/queries/requests.ts";
import type { Queryable } from "../../storage/tables.ts";
import type { ListedRequest } from "./request-pages.ts";

/** A change request as somebody concerned sees it. Times: ms. */
export type RequestView = {
  id: number;
  callId: number;
  service: { id: number; product: string; name: string };
  roles: Role[];
  asker: Person;
  from: Person;
  to: Person;
  askedAs: Role;
  /** `expired` from the very instant, though no timer has run (§10). */
  state: State;
  reason: FailureReason | null;
  askedAt: number;
  expiresAt: number;
  closedAt: number | null;
  closedBy: Person | null;
  approvals: { account: Person; answer: "accepted" | "refused" | null; answeredAt: number | null; sentAt: number; sentTo?: string }[];
  mine: {
    part: Part;
    canAnswer: boolean;
    canResend: boolean;
    canResendToNewcomer: boolean;
    canCancel: boolean;
    locked: boolean;
    answer: "accepted" | "refused" | null;
  };
};

/** The views of requests for one reader: two queries at once, however many there are. Order is kept. `now`: ms. */
export async function viewRequests(db: Queryable, requests: readonly ListedRequest[], reader: number, now: number): Promise<RequestView[]> {
  const [approvals, people] = await Promise.all([
    findShownApprovals(
      db,
      requests.map((request) => request.id),
    ),
    findPeople(
      db,
      requests.flatMap((request) => [request.asker_id, request.from_id, request.to_id, ...(request.closed_by === null ? [] : [request.closed_by])]),
    ),
  ]);
  const answers = Map.groupBy(approvals, (approval) => approval.request_id);
  return requests.map((request) => view({ request, approvals: answers.get(request.id) ?? [], people, reader, now }));
}

type Seen = { request: ListedRequest; approvals: readonly ShownApproval[]; people: Map<number, Person>; reader: number; now: number };

function view(seen: Seen): RequestView {
  const { request, approvals, people, reader } = seen;
  const person = (id: number): Person => personIn(people, id);
  return {
    id: request.id,
    callId: request.call_id,
    service: { id: request.service_id, product: request.product, name: request.name },
    roles: request.roles,
    asker: person(request.asker_id),
    from: person(request.from_id),
    to: person(request.to_id),
    askedAs: request.asked_as,
    state: shownState(request, seen.now),
    reason: request.reason,
    askedAt: request.asked_at,
    expiresAt: request.expires_at,
    // A request has expired at its hour, also where the timer came later.
    closedAt: shownState(request, seen.now) === "expired" ? request.expires_at : request.closed_at,
    closedBy: request.closed_by === null ? null : person(request.closed_by),
    approvals: approvals.map((approval) => ({
      account: person(approval.account_id),
      answer: approval.answer,
      answeredAt: approval.answered_at,
      sentAt: approval.sent_at,
      ...(approval.account_id === reader && { sentTo: approval.sent_to }),
    })),
    mine: powersOf(seen),
  };
}

function shownState(request: RequestRow, now: number): State {
  return isAnswerable(request.state) && request.expires_at <= now ? "expired" : request.state;
}

function powersOf({ request, approvals, reader, now }: Seen): RequestView["mine"] {
  const open = isAnswerable(shownState(request, now));
  const own = approvals.find((approval) => approval.account_id === reader);
  const newcomers = approvals.find((approval) => approval.account_id === request.to_id && approval.account_id !== reader);
  const awaited = open && own?.answer === null;
  const locked = awaited && own.wrong_tries >= wrongTriesAllowed;
  return {
    part: partOf(request, reader),
    canAnswer: awaited && !locked,
    canResend: awaited,
    canResendToNewcomer: open && request.asker_id === reader && newcomers?.answer === null,
    canCancel: open && (request.asker_id === reader || request.admin_id === reader),
    locked,
    answer: own?.answer ?? null,
  };
}

function partOf(request: RequestRow, reader: number): Part {
  if (reader === request.asker_id) return "requester";
  if (reader === request.to_id) return "newcomer";
  return reader === request.from_id ? "replaced" : "admin";
}
