import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../../src/context.ts";
import type { Outcome, Transport } from "../../src/mail/transport.ts";
import { claimLetters, claimTime } from "../../src/outbox/claim-letters.ts";
import { type Outbox, startOutbox } from "../../src/outbox/worker.ts";
import { startTimers } from "../../src/timers.ts";
import { inPostOffice, type PostOffice } from "./post-office.ts";

type Write = Context["store"]["write"];

/** The database of the office as one node has it. */
function contextWith(office: PostOffice, write: Write): Context {
  return { ...office.context, store: { ...office.store, write } };
}

/** Notes the ids of what it is given. */
function noting(ids: string[], outcome: Outcome = { kind: "sent" }): Transport {
  return {
    deliver: async (message) => {
      ids.push(message.id);
      return outcome;
    },
    close: () => {},
  };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

async function stopping(outbox: Outbox, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await outbox.stop(100);
  }
}

/** A node whose database can go away. */
function nodeThatLoses(office: PostOffice): { context: Context; away: boolean; failed: number } {
  const node = {
    away: false,
    failed: 0,
    context: contextWith(office, (work) => {
      if (!node.away) return office.store.write(work);
      node.failed += 1;
      return Promise.reject(new Error("the database is away"));
    }),
  };
  return node;
}

async function loseFor(node: ReturnType<typeof nodeThatLoses>, outbox: Outbox): Promise<void> {
  node.away = true;
  while (node.failed === 0) {
    outbox.wake();
    await sleep(5);
  }
  node.away = false;
}

test("after the database was away waiting letters go out at once, and those of others are left to them for a while", () =>
  inPostOffice(async (office) => {
    const others = await office.write();
    await office.store.write((tx) => claimLetters(tx, 1, office.clock.now()));
    const node = nodeThatLoses(office);
    const sent: string[] = [];
    const outbox = startOutbox(node.context, noting(sent), Number.POSITIVE_INFINITY);
    await stopping(outbox, async () => {
      await loseFor(node, outbox);
      office.clock.advance(claimTime);
      const waiting = await office.write();
      outbox.wake();
      await office.waitFor(waiting, "sent");
      await sleep(50);
      assert.deepEqual(sent, [waiting]);
      assert.equal((await office.row(others)).attempts, 1);
    });
  }));

test("letters of a worker that did not come back after the database was away are taken over", () =>
  inPostOffice(async (office) => {
    const id = await office.write();
    await office.store.write((tx) => claimLetters(tx, 1, office.clock.now()));
    const node = nodeThatLoses(office);
    const outbox = startOutbox(node.context, noting([]), 300);
    await stopping(outbox, async () => {
      await loseFor(node, outbox);
      office.clock.advance(claimTime);
      await office.waitFor(id, "sent");
    });
  }));

test("a claim that was long in doubt is not begun when another has the letter by then", () =>
  inPostOffice(async (office) => {
    const id = await office.write();
    let taken = 0;
    const context = contextWith(office, async (work) => {
      const result = await office.store.write(work);
      if ((await office.row(id)).attempts > 1 || taken > 0) return result;
      office.clock.advance(claimTime + 5000);
      taken = (await office.store.write((tx) => claimLetters(tx, 1, office.clock.now()))).length;
      return result;
    });
    const sent: string[] = [];
    await stopping(startOutbox(context, noting(sent)), async () => {
      await until(() => taken > 0);
      await sleep(100);
      assert.deepEqual(sent, []);
      assert.equal((await office.row(id)).attempts, 2);
    });
  }));

test("a claim that was long in doubt is renewed and begun where nobody else has the letter", () =>
  inPostOffice(async (office) => {
    const id = await office.write();
    let late = false;
    const context = contextWith(office, async (work) => {
      const result = await office.store.write(work);
      if (!late) office.clock.advance(claimTime + 5000);
      late = true;
      return result;
    });
    const sent: string[] = [];
    await stopping(startOutbox(context, noting(sent)), async () => {
      assert.equal((await office.waitFor(id, "sent")).attempts, 1);
      assert.deepEqual(sent, [id]);
    });
  }));

test("a database whose clock has jumped ends no claim of another worker", () =>
  inPostOffice(async (office) => {
    const others = await office.write();
    await office.store.write((tx) => claimLetters(tx, 1, office.clock.now()));
    const context = { ...office.context, clock: () => office.clock.now() - claimTime - 5000 };
    office.clock.advance(claimTime + 5000);
    const sent: string[] = [];
    const outbox = startOutbox(context, noting(sent));
    await stopping(outbox, async () => {
      const waiting = await office.write();
      outbox.wake();
      await office.waitFor(waiting, "sent");
      assert.deepEqual(sent, [waiting]);
      assert.equal((await office.row(others)).attempts, 1);
    });
  }));

test("the end of a worker and of the timers does not wait for a database that does not answer", () =>
  inPostOffice(async (office) => {
    await office.write();
    let asked = 0;
    const context = contextWith(office, () => {
      asked += 1;
      return new Promise(() => {});
    });
    const outbox = startOutbox(context, noting([]));
    await until(() => asked > 0);
    await outbox.stop(100);
    const timers = startTimers(context);
    await until(() => asked > 1);
    await timers.stop(100);
  }));
