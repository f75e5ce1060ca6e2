import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome } from "../../src/mail/transport.ts";
import { pauseAfterNoTry } from "../../src/outbox/back-off.ts";
import { claimLetters, type OutboxRow } from "../../src/outbox/claim-letters.ts";
import { settleDeliveries } from "../../src/outbox/settle-deliveries.ts";
import { openPostgresStore } from "../support/each-store.ts";
import { inPostOffice, type PostOffice } from "./post-office.ts";

const noTry: Outcome = { kind: "later", reason: "connect ECONNREFUSED", trouble: "server" };

async function claimOne(office: PostOffice): Promise<OutboxRow> {
  const [row] = await office.store.write((tx) => claimLetters(tx, 1, office.clock.now()));
  assert.ok(row, "nothing could be claimed");
  return row;
}

test("a note that comes twice, because nobody knew whether it had come, does not touch a later claim of the letter", () =>
  inPostOffice(async (office) => {
    const id = await office.write();
    const first = await claimOne(office);
    await office.store.write((tx) => settleDeliveries(tx, [{ row: first, outcome: noTry, away: false }], office.clock.now()));
    office.clock.advance(pauseAfterNoTry);
    const second = await claimOne(office);
    await office.store.write((tx) => settleDeliveries(tx, [{ row: first, outcome: noTry, away: false }], office.clock.now()));
    assert.deepEqual(await office.row(id), second);
  }));

test("whatever a server says can be noted", () =>
  inPostOffice(async (office) => {
    const id = await office.write();
    const row = await claimOne(office);
    const reason = "550 no\u0000\u001b such \ud83d mailbox";
    await office.store.write((tx) => settleDeliveries(tx, [{ row, outcome: { kind: "later", reason }, away: false }], office.clock.now()));
    assert.equal((await office.row(id)).last_error, "550 no  such \ufffd mailbox");
  }));

test("who claims while another's claim is not committed gets other letters, and does not wait", () =>
  inPostOffice(async (office) => {
    const ids = [await office.write(), await office.write()];
    const [claimed, letGo] = [Promise.withResolvers<OutboxRow[]>(), Promise.withResolvers<void>()];
    const first = office.store.write(async (tx) => {
      claimed.resolve(await claimLetters(tx, 1, office.clock.now()));
      await letGo.promise;
    });
    const [one] = await claimed.promise;
    const second = claimOne(office);
    // Long beyond any slowness: without `skip locked` it waits until it is given up, since the first ends only below.
    try {
      const other = await Promise.race([second, sleep(10_000, undefined, { ref: false })]);
      assert.ok(other, "it waited for the other's row");
      assert.deepEqual([one?.id, other.id].toSorted(), ids.toSorted());
    } finally {
      letGo.resolve();
      await Promise.allSettled([first, second]);
    }
  }, openPostgresStore));
