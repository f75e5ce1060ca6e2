import { type Kysely, sql } from "kysely";
import type { Store } from "../store.ts";
import { inWordsOf } from "./in-words-of.ts";

/** Keys of programs, what keeps a call of theirs from being done twice, and the numbers by which they know things; each column is explained in tables.ts. */
export async function up(db: Kysely<unknown>, engine: Store["engine"]): Promise<void> {
  for (const statement of schema) await sql.raw(inWordsOf(engine, statement)).execute(db);
}

const schema = [
  `create table api_application (
    id integer primary key autoincrement, account_id bigint not null references account, kind text not null, application_key text not null unique,
    secret_sealed text not null, name text not null, description text not null, created_at bigint not null)`,
  `create index api_application_by_account on api_application (account_id, id)`,

  `create table api_credential (
    id integer primary key autoincrement, application_id bigint not null references api_application on delete cascade, account_id bigint references account,
    key_hash text unique, key_sealed text, validation_hash text unique, rules_json text not null, allowed_ips_json text,
    redirection text, state text not null, created_at bigint not null, expires_at bigint, last_used_at bigint)`,
  `create index api_credential_by_account on api_credential (account_id, id) where account_id is not null`,
  `create index api_credential_by_application on api_credential (application_id)`,
  `create index api_credential_by_expiry on api_credential (expires_at) where expires_at is not null`,

  `create table api_token (
    token_hash text primary key, credential_id bigint not null references api_credential on delete cascade, expires_at bigint not null)`,
  `create index api_token_by_credential on api_token (credential_id)`,
  `create index api_token_by_expiry on api_token (expires_at)`,

  `create table api_signature (signature_hash text primary key, until bigint not null)`,
  `create index api_signature_by_age on api_signature (until)`,

  `create table api_answer (
    account_id bigint not null references account, idempotency_key text not null, method text not null, path text not null,
    body_hash text not null, answer_json text, at bigint not null, primary key (account_id, idempotency_key))`,
  `create index api_answer_by_age on api_answer (at)`,

  // Which links were followed was not written down before: an address that an account has now was changed by one.
  `alter table account_link add column outcome text`,
  `update account_link set outcome = 'done' where kind = 'change-address' and used_at is not null
    and email = (select email from account where account.id = account_link.account_id)`,

  // A number that the database gives cannot be added to a table that exists: the table is written anew.
  `alter table invoice rename to invoice_before`,
  `drop index invoice_unpaid`,
  `create table invoice (
    debt_id integer primary key autoincrement, id text not null unique, account_id bigint not null references account, order_ref text not null,
    amount_minor bigint not null, currency text not null, issued_on text not null, due_on text not null, paid_on text)`,
  `insert into invoice (id, account_id, order_ref, amount_minor, currency, issued_on, due_on, paid_on)
    select id, account_id, order_ref, amount_minor, currency, issued_on, due_on, paid_on from invoice_before order by issued_on, id`,
  `drop table invoice_before`,
  `create index invoice_unpaid on invoice (account_id, due_on) where paid_on is null`,
  `create index invoice_by_account on invoice (account_id, debt_id)`,

  `create index outbox_by_account_and_id on outbox (account_id, id)`,
];
