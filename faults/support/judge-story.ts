import type { DatabaseSync } from "node:sqlite";
import type { Zeros } from "../part.ts";
import type { StoryEvent } from "./story-events.ts";

export type Verdict = { zeros: Zeros; faults: string[] };

export const noLoss = (): Zeros => ({ writesLost: 0, movedWithoutConsent: 0, codesUsedTwice: 0, mailsLost: 0, mailsMadeUp: 0 });

/** Holds what a database keeps against what a story (story.ts) was told and has sent: the five zeros, and its own order. */
export function judgeStory(db: DatabaseSync, events: readonly StoryEvent[]): Verdict {
  const zeros = noLoss();
  const faults: string[] = [];
  const found = (zero: keyof Zeros, what: readonly string[]): void => {
    zeros[zero] += what.length;
    if (what.length > 0) faults.push(`${zero}: ${what.slice(0, 5).join("; ")}`);
  };
  // Before the schema was confirmed nothing else was.
  if (!hasSchema(db)) {
    found(
      "writesLost",
      events.filter(isConfirmed).map((event) => JSON.stringify(event)),
    );
    return { zeros, faults };
  }
  found("writesLost", lostWrites(db, events));
  found("movedWithoutConsent", [...texts(db, movedWithoutConsent), ...texts(db, astray)]);
  found("codesUsedTwice", [...texts(db, usedTwice), ...answeredTwice(events)]);
  found("mailsLost", [...texts(db, withoutLetter), ...neverLeft(db, events)]);
  found("mailsMadeUp", madeUp(db, events));
  for (const text of [...texts(db, halves), ...texts(db, "pragma integrity_check").filter((text) => text !== "ok")]) faults.push(text);
  for (const event of events) if (event.did === "fault") faults.push(event.text);
  return { zeros, faults };
}

const isConfirmed = ({ did }: StoryEvent): boolean => did === "migrated" || did === "ordered" || did === "asked" || did === "answered";

function hasSchema(db: DatabaseSync): boolean {
  return db.prepare("select 1 from sqlite_schema where name = 'api_answer'").get() !== undefined;
}

function lostWrites(db: DatabaseSync, events: readonly StoryEvent[]): string[] {
  const ordered = db.prepare("select 1 from service where name = ?");
  const asked = db.prepare("select 1 from change_request where id = ?");
  const answered = db.prepare("select 1 from approval where request_id = ? and account_id = ? and answer = ?");
  const ended = db.prepare("select 1 from change_request where id = ? and state = ?");
  const isKept = (event: StoryEvent): boolean => {
    if (event.did === "ordered") return ordered.get(event.service) !== undefined;
    if (event.did === "asked") return asked.get(event.request) !== undefined;
    if (event.did !== "answered") return true;
    const isOpen = event.state === "validatingByCustomers";
    return answered.get(event.request, event.account, event.answer) !== undefined && (isOpen || ended.get(event.request, event.state) !== undefined);
  };
  return events.filter((event) => !isKept(event)).map((event) => `${JSON.stringify(event)} was confirmed and is gone`);
}

const movedWithoutConsent = `select 'request ' || r.id || ' moved a role though not everybody had accepted' from contact_move m join change_request r on r.id = m.request_id
  where r.state <> 'done' or (select count(*) from approval where request_id = r.id) <> 2
  or exists (select 1 from approval where request_id = r.id and answer is not 'accepted')`;

/** The contacts are the fold of the log, and what stands beside them agrees. */
const astray = `select 'service ' || s.id || ' has other contacts than its history' from service s where
    admin_id is not (select to_id from contact_move where service_id = s.id and role = 'admin' order by id desc limit 1)
    or tech_id is not (select to_id from contact_move where service_id = s.id and role = 'tech' order by id desc limit 1)
    or billing_id is not (select to_id from contact_move where service_id = s.id and role = 'billing' order by id desc limit 1)
  union all select 'account ' || account_id || ' is counted on ' || services || ' services' from membership_count c
    where services <> (select count(*) from membership where account_id = c.account_id)
  union all select 'service ' || id || ' has a contact without membership' from service s where exists (
    select 1 from (select s.admin_id as a union select s.tech_id union select s.billing_id) where a not in (select account_id from membership where service_id = s.id))`;

const usedTwice = `select 'request ' || request_id || ' was answered ' || count(*) || ' times by account ' || account_id from audit
  where deed in ('approval.accepted', 'approval.refused') group by request_id, account_id having count(*) > 1`;

/** Whoever is awaited has a letter with a code; whatever was done or refused was told. */
const withoutLetter = `select 'request ' || r.id || ' awaits an answer whose code was never written' from change_request r join approval a on a.request_id = r.id
    where r.state = 'validatingByCustomers' and a.answer is null and not exists (select 1 from outbox where approval_id = a.id)
  union all select 'request ' || id || ' is ' || state || ' and nobody is told' from change_request r
    where state in ('done', 'refused') and (select count(*) from outbox where request_id = r.id and letter = iif(r.state = 'done', 'change-done', 'change-refused')) < 2
  union all select 'letter ' || id || ' has failed: ' || last_error from outbox where state = 'failed'`;

/** Rows of one transaction of which one is there without the other. */
const halves = `select 'request ' || id || ' has lost a part of its transaction' from change_request r where
    (select count(*) from approval where request_id = r.id) <> 2
    or not exists (select 1 from audit where request_id = r.id and deed = 'change.asked')
    or (select count(*) from open_role where request_id = r.id) <> (r.state = 'validatingByCustomers')
    or (select count(*) from contact_move where request_id = r.id) <> (r.state = 'done')
    or (select count(*) from audit where request_id = r.id and deed = 'change.' || r.state) <> (r.state <> 'validatingByCustomers')`;

function answeredTwice(events: readonly StoryEvent[]): string[] {
  const seen = new Set<string>();
  const twice: string[] = [];
  for (const event of events) {
    if (event.did !== "answered") continue;
    const key = `${event.request} by ${event.account}`;
    if (seen.has(key)) twice.push(`request ${key} was confirmed twice`);
    seen.add(key);
  }
  return twice;
}

function neverLeft(db: DatabaseSync, events: readonly StoryEvent[]): string[] {
  const left = mailed(events);
  return texts(db, "select id from outbox where state = 'sent'")
    .filter((id) => !left.has(id))
    .map((id) => `letter ${id} stands as sent and never left`);
}

function madeUp(db: DatabaseSync, events: readonly StoryEvent[]): string[] {
  const written = new Set(texts(db, "select id from outbox"));
  return [...mailed(events)].filter((id) => !written.has(id)).map((id) => `letter ${id} tells of what is not kept`);
}

function mailed(events: readonly StoryEvent[]): Set<string> {
  return new Set(events.flatMap((event) => (event.did === "mailed" ? [event.mail] : [])));
}

/** The first column. */
function texts(db: DatabaseSync, sql: string): string[] {
  return db
    .prepare(sql)
    .all()
    .map((row) => String(Object.values(row)[0]));
}
