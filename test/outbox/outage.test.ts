import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createLog } from "../../src/cli/create-log.ts";
import type { Context } from "../../src/context.ts";
import type { Outcome } from "../../src/mail/transport.ts";
import { lateSince, outboxLag } from "../../src/outbox/outbox-lag.ts";
import { retryMail } from "../../src/outbox/retry-mail.ts";
import { type Outbox, startOutbox } from "../../src/outbox/worker.ts";
import { minutes } from "../support/clock.ts";
import { openSqliteStore } from "../support/each-store.ts";
import { inPostOffice, type PostOffice } from "./post-office.ts";

type Line = { level: number; msg: string; reason?: string };
const [error, info] = [50, 30];
const away: Outcome = { kind: "later", reason: "connect ECONNREFUSED", trouble: "server" };
const login: Outcome = { kind: "later", reason: "535 5.7.8 bad password", trouble: "login" };

/** A worker whose mail server answers as `outcome` says at the moment; `told`: what it has logged of the server. */
function nodeWith(office: PostOffice, first: Outcome) {
  const lines: Line[] = [];
  const log = createLog("info", { write: (text) => void lines.push(JSON.parse(text) as Line) });
  const node = {
    outcome: first,
    tries: 0,
    context: { ...office.context, log } satisfies Context,
    told: () => lines.filter(({ msg }) => msg.startsWith("the mail server is")),
  };
  const deliver = async (): Promise<Outcome> => {
    node.tries += 1;
    return node.outcome;
  };
  return Object.assign(node, { outbox: startOutbox(node.context, { deliver, close: () => {} }) });
}

/** Lets so many minutes pass, and each letter be tried that may be. */
async function pass(office: PostOffice, outbox: Outbox, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    office.clock.advance(minutes(1));
    await settled(office, outbox);
  }
}

async function settled(office: PostOffice, outbox: Outbox): Promise<void> {
  outbox.wake();
  await sleep(60);
  const sending = office.store.read.selectFrom("outbox").select("id").where("state", "=", "sending");
  while ((await sending.execute()).length > 0) await sleep(5);
}

const lag = ({ store, clock }: PostOffice): Promise<number> => outboxLag(store.read, clock.now());

test("while the mail server is away the lag of a single letter grows, and one line says so, and one that it is back", () =>
  inPostOffice(async (office) => {
    const id = await office.write();
    const node = nodeWith(office, away);
    try {
      await settled(office, node.outbox);
      await pass(office, node.outbox, 15);
      assert.equal(await lag(office), minutes(15));
      assert.deepEqual([(await office.row(id)).failures, node.told().length], [0, 1]);
      const [told] = node.told();
      assert.deepEqual([told?.level, told?.reason], [error, away.reason]);
      assert.match(told?.msg ?? "", /the mail server is away/);
      node.outcome = { kind: "sent" };
      await pass(office, node.outbox, 1);
      await office.waitFor(id, "sent");
      assert.deepEqual([await lag(office), node.told().length, node.told().at(-1)?.level], [0, 2, info]);
    } finally {
      await node.outbox.stop(100);
    }
  }));

test("a refused login is told at its first try, and is asked every few minutes after the first ones, however many letters wait", () =>
  inPostOffice(async (office) => {
    await office.write();
    const node = nodeWith(office, login);
    try {
      await settled(office, node.outbox);
      assert.deepEqual([node.told().length, node.told()[0]?.reason], [1, login.reason]);
      for (let n = 0; n < 10; n += 1) await office.write(`n${n}@example.net`);
      await pass(office, node.outbox, 60);
      assert.ok(node.tries <= 5 + 12, `${node.tries} tries in an hour`);
      assert.equal(await lag(office), minutes(60));
      assert.equal(node.told().length, 1);
    } finally {
      await node.outbox.stop(100);
    }
  }));

test("a recipient that is refused, slow or silent for now is no lag: one bad mailbox is no outage", async () => {
  const outcomes: Outcome[] = [
    { kind: "later", reason: "450 4.2.0 later" },
    { kind: "final", reason: "550 5.1.1 unknown" },
    { kind: "later", reason: "Timeout", trouble: "connection" },
    { kind: "later", reason: "put aside", trouble: "slow" },
  ];
  for (const outcome of outcomes)
    await inPostOffice(async (office) => {
      await office.write();
      const node = nodeWith(office, outcome);
      try {
        await settled(office, node.outbox);
        await pass(office, node.outbox, 12);
        assert.ok((await lag(office)) < minutes(1), JSON.stringify(outcome));
        assert.equal(node.told().length, 0);
      } finally {
        await node.outbox.stop(100);
      }
    });
});

test("letters over which a server falls silent for everybody are late too", () =>
  inPostOffice(async (office) => {
    for (let n = 0; n < 6; n += 1) await office.write(`dave@example${n}.net`);
    const node = nodeWith(office, { kind: "later", reason: "Timeout", trouble: "connection" });
    try {
      await settled(office, node.outbox);
      await pass(office, node.outbox, 30);
      assert.ok((await lag(office)) > minutes(15), `${await lag(office)} ms`);
      assert.equal(node.told().length, 1);
    } finally {
      await node.outbox.stop(100);
    }
  }));

test("a letter that was dropped while the server was away is late no more", () =>
  inPostOffice(async (office) => {
    await office.write();
    const node = nodeWith(office, away);
    await settled(office, node.outbox);
    await node.outbox.stop(100);
    office.clock.advance(minutes(5));
    assert.equal(await lag(office), minutes(5));
    await office.store.write((tx) => tx.db.updateTable("outbox").set({ state: "dropped" }).execute());
    assert.equal(await lag(office), 0);
  }));

test("the lag is read from the ends of indexes that hold unsent letters only (SQLite)", () =>
  inPostOffice(async ({ store }) => {
    const query = lateSince.compile(store.read);
    const { rows } = await store.read.executeQuery<{ detail: string }>({ ...query, sql: `explain query plan ${query.sql}` });
    const plan = rows.map((row) => row.detail).join("\n");
    for (const index of ["outbox_due", "outbox_claimed", "outbox_away"]) assert.match(plan, new RegExp(`SEARCH outbox USING (COVERING )?INDEX ${index}\\b`));
    assert.doesNotMatch(plan, /SCAN outbox/);
  }, openSqliteStore));

test("a letter that is sent again by hand is late only from then on", () =>
  inPostOffice(async (office) => {
    const id = await office.write();
    const node = nodeWith(office, away);
    await settled(office, node.outbox);
    await node.outbox.stop(100);
    await office.store.write((tx) => tx.db.updateTable("outbox").set({ state: "failed" }).execute());
    office.clock.advance(minutes(600));
    await retryMail(office.context, { kind: "operator", source: "cli" }, { id });
    assert.equal(await lag(office), 0);
  }));
