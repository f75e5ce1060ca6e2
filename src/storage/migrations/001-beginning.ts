import { type Kysely, sql } from "kysely";
import type { Store } from "../store.ts";
import { inWordsOf } from "./in-words-of.ts";

/** The first schema; each column is explained in tables.ts. */
export async function up(db: Kysely<unknown>, engine: Store["engine"]): Promise<void> {
  for (const statement of schema) await sql.raw(inWordsOf(engine, statement)).execute(db);
}

const schema = [
  `create table account (
    id integer primary key autoincrement, handle text not null unique, name text not null, email text not null, email_key text not null,
    email_verified_at bigint, language text not null, password_hash text, status text not null,
    asking_blocked_until bigint, created_at bigint not null)`,
  `create index account_by_email on account (email_key)`,

  `create table account_link (
    id integer primary key autoincrement, account_id bigint not null references account, kind text not null, secret_hash text not null unique,
    email text not null, created_at bigint not null, expires_at bigint not null, used_at bigint)`,
  `create index account_link_by_account on account_link (account_id, kind)`,
  `create index account_link_by_expiry on account_link (expires_at)`,

  `create table session (
    id_hash text primary key, account_id bigint not null references account, created_at bigint not null,
    last_seen_at bigint not null, expires_at bigint not null)`,
  `create index session_by_account on session (account_id)`,
  `create index session_by_expiry on session (expires_at)`,

  `create table service (
    id integer primary key autoincrement, product text not null, name text not null,
    admin_id bigint not null references account, tech_id bigint not null references account, billing_id bigint not null references account,
    contacts_locked integer not null default 0, created_on text not null, expires_on text, renewal text not null,
    owner_json text not null, arrived_at bigint not null, removed_at bigint, version bigint not null default 0)`,
  `create unique index service_by_name on service (product, name) where removed_at is null`,
  `create index service_by_expiry on service (expires_on, id) where removed_at is null and expires_on is not null`,

  `create table membership (
    account_id bigint not null references account, service_id bigint not null references service, name text not null,
    product text not null, expires_on text not null, roles integer not null, primary key (account_id, service_id))`,
  `create index membership_by_service on membership (service_id)`,
  `create index membership_by_name on membership (account_id, name, service_id, product, roles)`,
  `create index membership_by_product on membership (account_id, product, name, service_id, roles)`,
  `create index membership_by_expiry on membership (account_id, expires_on, service_id, name, product, roles)`,

  `create table membership_count (account_id bigint primary key references account, services bigint not null)`,

  `create table contact_move (
    id integer primary key autoincrement, service_id bigint not null references service, role text not null, from_id bigint references account,
    to_id bigint not null references account, at bigint not null, request_id bigint)`,
  `create index contact_move_by_service on contact_move (service_id, id)`,

  `create table change_request (
    id integer primary key autoincrement, call_id bigint not null, service_id bigint not null references service, asker_id bigint not null references account,
    from_id bigint not null references account, to_id bigint not null references account, roles integer not null,
    asked_as text not null, state text not null, reason text, asked_at bigint not null, expires_at bigint not null,
    remind_at bigint, closed_at bigint, closed_by bigint references account)`,
  `create index change_request_by_call on change_request (call_id)`,
  `create index change_request_by_service on change_request (service_id, id)`,
  `create index change_request_by_expiry on change_request (expires_at) where state = 'validatingByCustomers'`,
  `create index change_request_by_reminder on change_request (remind_at) where state = 'validatingByCustomers' and remind_at is not null`,

  `create table open_role (
    service_id bigint not null references service, role text not null, request_id bigint not null references change_request,
    primary key (service_id, role))`,
  `create index open_role_by_request on open_role (request_id)`,

  `create table approval (
    id integer primary key autoincrement, request_id bigint not null references change_request, account_id bigint not null references account,
    answer text, answered_at bigint, serial integer not null, code_hash text not null, wrong_tries integer not null default 0,
    sent_at bigint not null, sent_to text not null, unique (request_id, account_id))`,
  `create index approval_awaited on approval (account_id, request_id) where answer is null`,

  `create table old_code (
    approval_id bigint not null references approval, code_hash text not null, primary key (approval_id, code_hash))`,

  `create table request_party (
    account_id bigint not null references account, request_id bigint not null references change_request,
    lasting integer not null, primary key (account_id, request_id))`,
  `create index request_party_by_request on request_party (request_id)`,

  `create table invoice (
    id text primary key, account_id bigint not null references account, order_ref text not null, amount_minor bigint not null,
    currency text not null, issued_on text not null, due_on text not null, paid_on text)`,
  `create index invoice_unpaid on invoice (account_id, due_on) where paid_on is null`,

  `create table outbox (
    id text primary key, account_id bigint not null references account, recipient text not null, language text not null,
    letter text not null, facts_json text not null, sealed text, request_id bigint, approval_id bigint, state text not null,
    attempts integer not null default 0, created_at bigint not null, due_at bigint not null, claimed_until bigint,
    sent_at bigint, last_error text)`,
  `create index outbox_due on outbox (due_at, id) where state = 'waiting'`,
  `create index outbox_claimed on outbox (claimed_until) where state = 'sending'`,
  `create index outbox_failed on outbox (created_at) where state = 'failed'`,
  `create index outbox_by_account on outbox (account_id, created_at, id)`,
  `create index outbox_by_request on outbox (request_id) where request_id is not null`,

  `create table renewal_notice (
    service_id bigint not null references service, kind text not null, expires_on text not null,
    primary key (service_id, kind, expires_on))`,

  `create table audit (
    id integer primary key autoincrement, at bigint not null, actor text not null, source text not null, deed text not null, account_id bigint,
    service_id bigint, request_id bigint, details_json text not null)`,
  `create index audit_by_service on audit (service_id, id) where service_id is not null`,
  `create index audit_by_request on audit (request_id, id) where request_id is not null`,
  `create index audit_by_account on audit (account_id, id) where account_id is not null`,

  `create table rate_limit (key text primary key, since bigint not null, used integer not null)`,
  `create index rate_limit_by_age on rate_limit (since)`,

  `create table setting (key text primary key, value text not null)`,
];
