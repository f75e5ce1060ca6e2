import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Player, players, samplePassword } from "../../src/sample/cast.ts";
import { type Received, startSmtpSink } from "../support/smtp-sink.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { freePort, PanelClient, SystemUnderFire } from "./system-under-fire.ts";

/*
 * The whole story, over and over, on the real program with a real mail server, while it is killed (SIGKILL) at random moments:
 * whatever was confirmed to a browser is there after the next start, and every letter tells of something that happened.
 */
const kills = Number(process.env["KILLS"] ?? 50);

/** What a browser has seen confirmed, as a question to the database that must be answered with a row. */
type Confirmed = { what: string; sql: string; values: (string | number)[] };

test(`nothing confirmed is lost and no letter is made up in ${kills} kills`, { timeout: 280_000 }, async () => {
  const { folder, remove } = await temporaryFolder();
  const sink = await startSmtpSink();
  const system = new SystemUnderFire(folder, await freePort(), sink.url);
  const confirmed: Confirmed[] = [];
  let checked = 0;
  try {
    await system.start();
    const people = await signIn(system.baseUrl);
    const services = findServices(system);
    for (let kill = 0; kill < kills; kill++) {
      const stop = new AbortController();
      const lanes = services.map((service) => runLane(system, people, sink.received, service, confirmed, stop.signal));
      await sleep(100 + Math.random() * 800);
      await system.kill();
      stop.abort();
      await Promise.all(lanes);
      for (const one of confirmed.slice(checked)) assert.ok(ask(system, one), `after kill ${kill} this was lost: ${one.what} ${JSON.stringify(one.values)}`);
      checked = confirmed.length;
      system.forgetLimits();
      await system.start();
    }
    assert.ok(checked >= kills, `only ${checked} steps were confirmed: the story hardly ran`);
    await outboxIsEmpty(system);
    await system.kill();
    for (const one of confirmed) assert.ok(ask(system, one), `at the end this was lost: ${one.what} ${JSON.stringify(one.values)}`);
    lettersAreTrue(system, sink.received);
    contactsAreTheFoldOfTheLog(system);
  } finally {
    await system.kill();
    await sink.close();
    await remove();
  }
});

type People = Record<"alice" | "bob" | "dave", PanelClient>;

async function signIn(baseUrl: string): Promise<People> {
  const people = { alice: new PanelClient(baseUrl), bob: new PanelClient(baseUrl), dave: new PanelClient(baseUrl) };
  for (const [name, client] of Object.entries(people)) {
    const status = await client.post("/sign-in", { login: players[name as Player].handle, password: samplePassword });
    assert.equal(status, 303, `${name} signs in`);
  }
  return people;
}

type Service = { id: number };

/** Some on which alice is admin and bob is tech, and whose contacts may change. */
function findServices(system: SystemUnderFire): Service[] {
  const sql = `select service.id from service join account admin on admin.id = admin_id join account tech on tech.id = tech_id
    where admin.handle = ? and tech.handle = ? and contacts_locked = 0 and expires_on > date('now')
    and service.id not in (select service_id from open_role) limit 4`;
  return system.inspect((db) => db.prepare(sql).all(players.alice.handle, players.bob.handle)) as Service[];
}

/** alice hands the technical side of a service to and fro between bob and dave, until she is told to stop. */
async function runLane(system: SystemUnderFire, people: People, mails: Received[], service: Service, confirmed: Confirmed[], stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const { tech, open, last } = situation(system, service);
    if (open === undefined) {
      const wanted = tech === players.bob.handle ? players.dave.handle : players.bob.handle;
      const status = await people.alice.post(`/useraccount/services/${service.id}/contacts`, { tech: wanted });
      if (status === 303) confirmed.push({ what: "asked", sql: "select 1 from change_request where service_id = ? and id > ?", values: [service.id, last] });
    } else {
      const newcomer = open.to === players.bob.handle ? "bob" : "dave";
      await Promise.all([accept(people, mails, "alice", open.id, confirmed), accept(people, mails, newcomer, open.id, confirmed)]);
    }
    await sleep(5);
  }
}

function situation(system: SystemUnderFire, { id }: Service): { tech: string; open: { id: number; to: string } | undefined; last: number } {
  return system.inspect((db) => {
    const tech = db.prepare("select handle from account join service on tech_id = account.id where service.id = ?").get(id) as { handle: string };
    const open = db
      .prepare(
        "select r.id, handle as 'to' from open_role join change_request r on r.id = request_id join account on account.id = to_id where open_role.service_id = ?",
      )
      .get(id);
    const last = db.prepare("select coalesce(max(id), 0) as id from change_request where service_id = ?").get(id) as { id: number };
    return { tech: tech.handle, open: open as { id: number; to: string } | undefined, last: last.id };
  });
}

async function accept(people: People, mails: Received[], who: keyof People, id: number, confirmed: Confirmed[]): Promise<void> {
  const code = codeIn(mails, players[who].email, id);
  if (code === undefined) return;
  const status = await people[who].post(`/useraccount/contacts/${id}/accept`, { code });
  const sql = "select 1 from approval join account on account.id = account_id where request_id = ? and handle = ? and answer = 'accepted'";
  if (status === 303) confirmed.push({ what: "accepted", sql, values: [id, players[who].handle] });
}

/** The code in the letter, as published scripts read it. */
function codeIn(mails: Received[], to: string, id: number): string | undefined {
  for (const { to: recipient, mail } of mails) {
    const found = recipient === to ? /contacts\/([0-9]+)\?.+token=(.+)/.exec(mail.text ?? "") : null;
    if (found && Number(found[1]) === id) return found[2]?.trim();
  }
  return undefined;
}

function ask(system: SystemUnderFire, { sql, values }: Confirmed): boolean {
  return system.inspect((db) => db.prepare(sql).get(...values)) !== undefined;
}

/** Waits until every letter has left; those that were under way at the last kill are taken over when their claim ends. */
async function outboxIsEmpty(system: SystemUnderFire): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    const left = system.inspect((db) =>
      db.prepare("select state, count(*) as count from outbox where state in ('waiting', 'sending', 'failed') group by state").all(),
    );
    if (left.length === 0) return;
    assert.ok(Date.now() < until, `letters were left: ${JSON.stringify(left)}`);
    await sleep(200);
  }
}

/** Each letter that arrived stands in the outbox, and what it tells of has happened; each that was sent has arrived. */
function lettersAreTrue(system: SystemUnderFire, mails: Received[]): void {
  const arrived = new Set(mails.map(({ mail }) => (mail.messageId ?? "").replace(/^<|@.*$/g, "")));
  const rows = system.inspect((db) =>
    db
      .prepare("select outbox.id, letter, outbox.state, change_request.state as request from outbox left join change_request on change_request.id = request_id")
      .all(),
  );
  const known = new Map(rows.map((row) => [row["id"] as string, row]));
  for (const id of arrived) assert.ok(known.has(id), `a letter ${id} tells of what did not happen`);
  for (const [id, row] of known) {
    if (row["state"] === "sent") assert.ok(arrived.has(id), `letter ${id} was noted as sent but did not arrive`);
    if (row["letter"] === "change-done") assert.equal(row["request"], "done");
  }
}

function contactsAreTheFoldOfTheLog(system: SystemUnderFire): void {
  const astray = `select service.id from service where removed_at is null and (
    admin_id <> (select to_id from contact_move where service_id = service.id and role = 'admin' order by contact_move.id desc limit 1) or
    tech_id <> (select to_id from contact_move where service_id = service.id and role = 'tech' order by contact_move.id desc limit 1) or
    billing_id <> (select to_id from contact_move where service_id = service.id and role = 'billing' order by contact_move.id desc limit 1))`;
  assert.deepEqual(
    system.inspect((db) => db.prepare(astray).all()),
    [],
  );
  assert.deepEqual(
    system.inspect((db) => db.prepare("pragma integrity_check").get()?.["integrity_check"]),
    "ok",
  );
}
