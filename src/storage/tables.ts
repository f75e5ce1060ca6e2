import type { Generated, Kysely } from "kysely";
import type { FailureReason, State } from "../domain/change-request.ts";
import type { Language } from "../domain/languages.ts";
import type { LinkKind, LinkOutcome } from "../domain/link-life.ts";
import type { NoticeKind } from "../domain/renewal.ts";
import type { Role } from "../domain/role.ts";
import type { ApiAnswerTable, ApiApplicationTable, ApiCredentialTable, ApiSignatureTable, ApiTokenTable } from "./api-tables.ts";

/*
 * Every table, column by column. Times are whole milliseconds since 1970 (UTC), dates `YYYY-MM-DD`, roles a sum of bits
 * (domain/role.ts), flags 0 or 1, `…_json` JSON texts: types that SQLite and PostgreSQL share.
 */
export interface Tables {
  account: AccountTable;
  account_link: AccountLinkTable;
  session: SessionTable;
  service: ServiceTable;
  membership: MembershipTable;
  membership_count: MembershipCountTable;
  searched_account: SearchedAccountTable;
  contact_move: ContactMoveTable;
  change_request: ChangeRequestTable;
  open_role: OpenRoleTable;
  approval: ApprovalTable;
  old_code: OldCodeTable;
  request_party: RequestPartyTable;
  invoice: InvoiceTable;
  outbox: OutboxTable;
  renewal_notice: RenewalNoticeTable;
  audit: AuditTable;
  rate_limit: RateLimitTable;
  setting: SettingTable;
  api_application: ApiApplicationTable;
  api_credential: ApiCredentialTable;
  api_token: ApiTokenTable;
  api_signature: ApiSignatureTable;
  api_answer: ApiAnswerTable;
}

/** What a query can run on: the reader, or the transaction of a writer. */
export type Queryable = Kysely<Tables>;

export interface AccountTable {
  id: Generated<number>;
  /** Lower case, unique, never given again. */
  handle: string;
  name: string;
  /** As typed; `email_key` is its lower-case form, by which it is found. */
  email: string;
  email_key: string;
  email_verified_at: number | null;
  language: Language;
  /** Null: imported or created by the operator; begins with "forgotten password". */
  password_hash: string | null;
  status: "active" | "suspended" | "closed";
  /** After a password reset by mail: no asking, no approving as the requester before this instant (§10). */
  asking_blocked_until: number | null;
  created_at: number;
}

/** Secrets that travel by mail to act on an account; only their keyed hash is kept. */
export interface AccountLinkTable {
  id: Generated<number>;
  account_id: number;
  kind: LinkKind;
  secret_hash: string;
  /** The address to be confirmed, or to which the reset went. */
  email: string;
  created_at: number;
  expires_at: number;
  /** When it was followed, refused or replaced. */
  used_at: number | null;
  /** How it was used; null: not yet, or never, because a newer one or another password made it worthless. */
  outcome: LinkOutcome | null;
}

export interface SessionTable {
  /** Keyed hash of the cookie's value. */
  id_hash: string;
  account_id: number;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
}

export interface ServiceTable {
  id: Generated<number>;
  /** API path segment of the product, e.g. `hosting/web`. */
  product: string;
  /** Lower-case A-labels for domains, else as given; unique within the product while the service exists. */
  name: string;
  admin_id: number;
  tech_id: number;
  billing_id: number;
  /** 1: the operator has marked its contacts as not changeable. */
  contacts_locked: Generated<number>;
  created_on: string;
  /** The date of renewal or end; null: none. A service is expired from the day after. */
  expires_on: string | null;
  renewal: "automatic" | "manual";
  owner_json: string;
  /** When the service came here, for the notices whose moment lies before it. */
  arrived_at: number;
  removed_at: number | null;
  /** Raised by every deciding transaction: the lock of the service. */
  version: Generated<number>;
}

/** Registrant data (§1). All texts, empty where unknown. */
export interface Owner {
  name: string;
  organisation: string;
  address: string;
  email: string;
  phone: string;
}

/** One row for each account on each service, with all that lists filter and sort by; kept in the transaction that moves a role. */
export interface MembershipTable {
  account_id: number;
  service_id: number;
  name: string;
  product: string;
  /** `9999-12-31` where there is none, so that it sorts last. */
  expires_on: string;
  roles: number;
}

/** On how many services an account is contact: stored, not counted. */
export interface MembershipCountTable {
  account_id: number;
  services: number;
}

/** An account with so many services that its names are kept for search (migrations/004, 006, decision 9). */
export interface SearchedAccountTable {
  account_id: number;
  /** Up to which service the names that it had at first are there; null: all are. Those that come later are there at once. */
  reached: number | null;
}

/** The log whose fold is the contacts of each service; from_id null: the service's beginning. */
export interface ContactMoveTable {
  id: Generated<number>;
  service_id: number;
  role: Role;
  from_id: number | null;
  to_id: number;
  at: number;
  request_id: number | null;
}

export interface ChangeRequestTable {
  id: Generated<number>;
  /** Shared by the requests of one call; the id of the first of them. */
  call_id: number;
  service_id: number;
  asker_id: number;
  from_id: number;
  to_id: number;
  roles: number;
  /** The role by which it was asked. */
  asked_as: Role;
  state: State;
  /** Why it ended as `error`; null in every other state. */
  reason: FailureReason | null;
  asked_at: number;
  expires_at: number;
  remind_at: number | null;
  closed_at: number | null;
  /** Who refused, cancelled or answered last; null: time or the system. */
  closed_by: number | null;
}

/** A role held by an open request. A second open request for it cannot exist: primary key (service_id, role). */
export interface OpenRoleTable {
  service_id: number;
  role: Role;
  request_id: number;
}

export interface ApprovalTable {
  id: Generated<number>;
  request_id: number;
  account_id: number;
  answer: "accepted" | "refused" | null;
  answered_at: number | null;
  /** Raised by every sending; claims name the serial that they saw. */
  serial: number;
  code_hash: string;
  wrong_tries: Generated<number>;
  sent_at: number;
  /** The address to which the code went. */
  sent_to: string;
}

/** Hashes of codes that were replaced, to tell somebody kindly that a newer mail exists. */
export interface OldCodeTable {
  approval_id: number;
  code_hash: string;
}

/** Who sees a request: requester, newcomer, replaced contact, present admin, whose row moves with the role. */
export interface RequestPartyTable {
  account_id: number;
  request_id: number;
  /** 1: party for ever (asker, from, to); 0: only as the present admin. */
  lasting: number;
}

export interface InvoiceTable {
  /** The operator's own number. */
  id: string;
  /** The number by which programs know it. */
  debt_id: Generated<number>;
  account_id: number;
  order_ref: string;
  /** In the currency's smallest unit. */
  amount_minor: number;
  currency: string;
  issued_on: string;
  due_on: string;
  paid_on: string | null;
}

export interface OutboxTable {
  /** Also the left side of the Message-ID. */
  id: string;
  account_id: number;
  recipient: string;
  language: Language;
  /** Name and facts of a letter of mail/letters.ts, without its secrets. */
  letter: string;
  facts_json: string;
  /** The letter's secrets, sealed and bound to this row; erased on delivery, replacement or closing. */
  sealed: string | null;
  request_id: number | null;
  approval_id: number | null;
  state: "waiting" | "sending" | "sent" | "failed" | "dropped";
  /** How often it was claimed: the number of a claim, by which its worker notes and renews it. It only grows, so that no claim is taken for another. */
  attempts: Generated<number>;
  /** Tries that count towards giving up; the operator's retry begins them anew. */
  failures: Generated<number>;
  /** How often in a row it was refused for good; tries at a server that is away say nothing and change nothing. */
  refusals: Generated<number>;
  created_at: number;
  due_at: number;
  claimed_until: number | null;
  sent_at: number | null;
  last_error: string | null;
  /** When it was due (ms) before the first of the latest tries that all found the mail server away; null: the last try found it, or there was none. */
  away_since: number | null;
}

/** That a renewal letter of this kind was written for this date; primary key of all three. */
export interface RenewalNoticeTable {
  service_id: number;
  kind: NoticeKind;
  expires_on: string;
}

export interface AuditTable {
  id: Generated<number>;
  at: number;
  /** A handle, `operator` or `system`. */
  actor: string;
  /** The client's address, or `cli`, or empty. */
  source: string;
  deed: string;
  account_id: number | null;
  service_id: number | null;
  request_id: number | null;
  details_json: string;
}

/** Fixed windows: how often `key` was used since `since`. */
export interface RateLimitTable {
  key: string;
  since: number;
  used: number;
}

export interface SettingTable {
  key: string;
  value: string;
}
