/** The SQL of each operation, for both engines; the parameters are named as pgbench names them too. */
/** The key of a call with its program and its people, read each time so that a revocation counts at once. */
export const findKey = `
  select c.id, c.key_hash, c.key_sealed, c.rules_json, c.allowed_ips_json, c.state, c.expires_at, c.last_used_at, p.id as program, p.application_key, p.secret_sealed,
    a.id as account, a.handle, a.status, o.status as owner_status
  from api_credential c join api_application p on p.id = c.application_id join account o on o.id = p.account_id left join account a on a.id = c.account_id
  where c.key_hash = :key`;

export const listServices = `
  select s.id, s.name, s.product, s.expires_on, s.renewal, a.handle as admin, t.handle as tech, b.handle as billing
  from membership m join service s on s.id = m.service_id
  join account a on a.id = s.admin_id join account t on t.id = s.tech_id join account b on b.id = s.billing_id
  where m.account_id = :account order by m.name, m.service_id limit 51`;

const holders = `
  select name, admin_id as admin, tech_id as tech, billing_id as billing from service where product = :product and removed_at is null`;

export const findHolders = `${holders} and name = :name`;

/** Any number of names as one value (SQLite). */
export const listHolders = `${holders} and name in (select value from json_each(:names))`;

const newest = "(select request_id from request_party where account_id = :account order by request_id desc limit 50)";

export const listRequests = `
  select r.id, asker.handle as asker, holder.handle as holder, newcomer.handle as newcomer, r.roles, s.name, r.state, r.asked_at, r.closed_at, r.expires_at, r.reason
  from ${newest} n join change_request r on r.id = n.request_id join service s on s.id = r.service_id
  join account asker on asker.id = r.asker_id join account holder on holder.id = r.from_id join account newcomer on newcomer.id = r.to_id
  order by r.id desc`;

export const listApprovals = `
  select p.request_id, h.handle, p.answer, p.answered_at from ${newest} n
  join approval p on p.request_id = n.request_id join account h on h.id = p.account_id order by p.id`;

/** A change that is asked for: the rules' facts, the request, two approvals with their letters, the log. */
export const ask = {
  asker: "select id, handle, name, email, language, status from account where id = :asker",
  lock: "update service set version = version + 1 where id = :service returning name, product, admin_id, tech_id, billing_id",
  held: "select role from open_role where service_id = :service",
  newcomer: "select id, handle, name, email, language, status from account where handle = :newcomer",
  standing: "select id from invoice where account_id in (:asker, :to) and paid_on is null and due_on < :today limit 1",
  limit: `insert into rate_limit (key, since, used) values (:key, :now, 1) on conflict (key) do update set used = rate_limit.used + 1 returning used`,
  request: `insert into change_request (call_id, service_id, asker_id, from_id, to_id, roles, asked_as, state, asked_at, expires_at, remind_at)
    values (0, :service, :asker, :asker, :to, 2, 'admin', 'validatingByCustomers', :now, :until, :until) returning id`,
  call: "update change_request set call_id = :request where id = :request",
  role: "insert into open_role (service_id, role, request_id) values (:service, 'tech', :request)",
  parties: "insert into request_party (account_id, request_id, lasting) values (:asker, :request, 1), (:to, :request, 1)",
  log: `insert into audit (at, actor, source, deed, service_id, request_id, details_json)
    values (:now, :handle, '127.0.0.1', 'change.asked', :service, :request, :details)`,
  approval: `insert into approval (request_id, account_id, serial, code_hash, sent_at, sent_to)
    values (:request, :account, 1, :hash, :now, :email) returning id`,
  letter: `insert into outbox (id, account_id, recipient, language, letter, facts_json, sealed, request_id, approval_id, state, created_at, due_at)
    values (:id, :account, :email, 'en', :letter, :facts, :sealed, :request, :approval, 'waiting', :now, :now)`,
  signature: "insert into api_signature (signature_hash, until) values (:hash, :until)",
} as const;

/** An acceptance; with the last one the technical contact changes. */
export const accept = {
  request: "select id, service_id, asker_id, to_id, from_id, roles, state, expires_at from change_request where id = :request",
  party: "select request_id from request_party where account_id = :account and request_id = :request",
  lock: "update service set version = version + 1 where id = :service returning name, product, admin_id, tech_id, billing_id",
  approvals: "select id, account_id, answer, code_hash, serial from approval where request_id = :request order by id",
  people: "select id, handle, name, email, status from account where id in (:asker, :to)",
  standing: "select id from invoice where account_id in (:asker, :to) and paid_on is null and due_on < :today limit 1",
  claim: "update approval set answer = 'accepted', answered_at = :now where id = :approval and serial = :serial and answer is null returning id",
  log: `insert into audit (at, actor, source, deed, account_id, service_id, request_id, details_json)
    values (:now, :handle, '127.0.0.1', :deed, :account, :service, :request, '{}')`,
  close: "update change_request set state = 'done', closed_at = :now, closed_by = :account, remind_at = null where id = :request returning id",
  free: "delete from open_role where request_id = :request",
  drop: "update outbox set state = 'dropped', sealed = null where request_id = :request and approval_id is not null and state in ('waiting', 'sending', 'failed')",
  move: "update service set tech_id = :to where id = :service",
  history: "insert into contact_move (service_id, role, from_id, to_id, at, request_id) values (:service, 'tech', :from, :to, :now, :request)",
  keep: "update membership set roles = 5 where account_id = :from and service_id = :service",
  join: `insert into membership (account_id, service_id, name, product, expires_on, roles)
    select :to, id, name, product, coalesce(expires_on, '9999-12-31'), 2 from service where id = :service`,
  count: `insert into membership_count (account_id, services) values (:to, 1) on conflict (account_id) do update set services = membership_count.services + 1`,
} as const;
