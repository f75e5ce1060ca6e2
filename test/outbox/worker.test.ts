import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { secretsFrom } from "../../src/auth/secrets.ts";
import type { Outcome, Transport } from "../../src/mail/transport.ts";
import { mostRefusals, pauseAfterNoTry } from "../../src/outbox/back-off.ts";
import { claimTime } from "../../src/outbox/claim-letters.ts";
import { dropWaiting } from "../../src/outbox/enqueue.ts";
import { type Outbox, startOutbox } from "../../src/outbox/worker.ts";
import { minutes } from "../support/clock.ts";
import { smtpError, startSmtpSink } from "../support/smtp-sink.ts";
import { code, inPostOffice, type PostOffice } from "./post-office.ts";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A transport that answers as it is told. */
function answering(deliver: Transport["deliver"]): Transport {
  return { deliver, close: () => {} };
}

const never: Outcome = { kind: "final", reason: "550 5.1.1 no such mailbox" };
const later: Outcome = { kind: "later", reason: "451 try later" };
const silent: Outcome = { kind: "later", reason: "Timeout", trouble: "connection" };
const away: Outcome = { kind: "later", reason: "connect ECONNREFUSED", trouble: "server" };
const waits = (count: number) => Array.from({ length: count }, () => "waiting");

describe("the outbox", () => {
  test("delivers a letter with its code, and then forgets the code", () =>
    inPostOffice(async (office) => {
      const id = await office.write();
      office.work();
      const row = await office.waitFor(id, "sent");
      assert.equal(row.sealed, null);
      assert.equal(row.sent_at, office.clock.now());
      assert.equal(row.claimed_until, null);
      assert.equal(office.sink.received.length, 1);
      assert.match(office.sink.received[0]?.mail.text ?? "", new RegExp(`tab=REQUESTS&token=${code}$`, "m"));
      assert.equal(office.sink.received[0]?.mail.messageId, `<${id}@example.com>`);
    }));

  test("is woken by a call, and looks by itself too", () =>
    inPostOffice(async (office) => {
      const outbox = office.work();
      await pause(50);
      const first = await office.write();
      outbox.wake();
      await office.waitFor(first, "sent");
      const second = await office.write();
      await office.waitFor(second, "sent");
    }));

  test("keeps a letter while the server is away and delivers it when it is back", () =>
    inPostOffice(async (office) => {
      await office.sink.close();
      const id = await office.write();
      const outbox = office.work();
      const row = await waitForError(id);
      assert.match(row.last_error ?? "", /ECONNREFUSED|connect/);
      assert.equal(row.failures, 0, "it was no try of this letter");
      const back = await startSmtpSink(Number(new URL(office.sink.url).port));
      outbox.wake();
      await pause(50);
      assert.equal(back.received.length, 0, "not before the pause is over");
      office.clock.advance(minutes(1));
      outbox.wake();
      await office.waitFor(id, "sent");
      assert.equal(back.received.length, 1);
      await outbox.stop();
      await back.close();

      async function waitForError(letter: string) {
        for (;;) {
          const found = await office.row(letter);
          if (found.state === "waiting" && found.last_error !== null) return found;
          await pause(5);
        }
      }
    }));

  test("asks a server that is away with one letter now and then, and sends all as soon as it is back, however long it was away", () =>
    inPostOffice(async (office) => {
      let there = false;
      let tried = 0;
      const began = Promise.withResolvers<undefined>();
      for (let n = 0; n < 40; n += 1) await office.write(`n${n}@example.net`);
      const outbox = office.work(
        answering(async () => {
          tried += 1;
          began.resolve(undefined);
          return there ? { kind: "sent" } : { kind: "later", reason: "connect ECONNREFUSED", trouble: "server" };
        }),
      );
      await began.promise;
      await pause(100);
      const atFirst = tried;
      assert.ok(atFirst < 40, "not all letters are tried");
      for (let quarters = 0; quarters < 20; quarters += 1) {
        office.clock.advance(minutes(15));
        outbox.wake();
        await pause(20);
      }
      assert.ok(tried > atFirst && tried <= atFirst + 20, `${tried - atFirst} tries in 20 looks`);
      there = true;
      for (let left = await unsent(); left.length > 0; left = await unsent()) {
        // One that was refused just before is asked for again a little later.
        if (left.every(({ state }) => state === "waiting")) office.clock.advance(minutes(1));
        outbox.wake();
        await pause(5);
      }

      function unsent() {
        return office.store.read.selectFrom("outbox").select("state").where("state", "!=", "sent").execute();
      }
    }));

  test("tries for five days with growing pauses, and then keeps the letter visibly", () =>
    inPostOffice(async (office) => {
      const id = await office.write();
      const pauses: number[] = [];
      const outbox = office.work(answering(async () => ({ kind: "later", reason: "451 try later" })));
      const began = office.clock.now();
      for (let tries = 1; ; tries += 1) {
        outbox.wake();
        let row = await office.row(id);
        while (row.failures < tries || row.state === "sending") {
          await pause(1);
          row = await office.row(id);
        }
        if (row.state === "failed") break;
        pauses.push(row.due_at - office.clock.now());
        office.clock.advance(row.due_at - office.clock.now());
      }
      assert.deepEqual(pauses.slice(0, 5), [minutes(1), minutes(2), minutes(4), minutes(8), minutes(8)]);
      const longestInTwoHours = Math.max(...pauses.slice(0, 15));
      assert.equal(longestInTwoHours, minutes(8), "after an hour of trouble no letter waits ten minutes more");
      assert.equal(Math.max(...pauses), minutes(240));
      const days = (office.clock.now() - began) / minutes(24 * 60);
      assert.ok(days > 4.8 && days < 5.2, `${days} days`);
      const row = await office.row(id);
      assert.equal(row.last_error, "451 try later");
      assert.notEqual(row.sealed, null, "it can be sent again");
    }));

  for (const [name, heard, states] of [
    ["believes a refusal of the recipient when it comes three times in a row", [never, never, never], ["waiting", "waiting", "failed"]],
    ["believes one refusal after other tries no sooner than the first", [silent, silent, never, never, never], [...waits(4), "failed"]],
    ["counts refusals anew after a server that says later", [never, never, later, never, never, never], [...waits(5), "failed"]],
    ["counts no refusal less for a server that is away", [never, away, never, away, never], [...waits(4), "failed"]],
  ] as const)
    test(name, () =>
      inPostOffice(async (office) => {
        const id = await office.write();
        const left: Outcome[] = [...heard];
        const outbox = office.work(answering(async () => left.shift() ?? { kind: "sent" }));
        for (const [tried, state] of states.entries()) {
          outbox.wake();
          while ((await office.row(id)).attempts <= tried || (await office.row(id)).state === "sending") await pause(2);
          const row = await office.row(id);
          assert.equal(row.state, state, `after ${tried + 1} tries`);
          office.clock.advance(minutes(10));
        }
        assert.equal((await office.row(id)).last_error, "550 5.1.1 no such mailbox");
      }),
    );

  test("tells what the server said when it refused the recipient", () =>
    inPostOffice(async (office) => {
      office.sink.onRecipient = () => smtpError(550, "5.1.1 no such mailbox");
      const id = await office.write();
      office.work();
      while ((await office.row(id)).refusals < 1) await pause(2);
      assert.equal((await office.row(id)).last_error, "550 5.1.1 no such mailbox");
    }));

  test("leaves a letter dropped that was dropped while it was under way", () =>
    inPostOffice(async (office) => {
      const id = await office.write();
      let finish: (outcome: Outcome) => void = () => {};
      office.work(answering(() => new Promise((resolve) => (finish = resolve))));
      await office.waitFor(id, "sending");
      await office.store.write((tx) => dropWaiting(tx, { requestId: 1 }));
      finish({ kind: "later", reason: "451 try later" });
      await pause(50);
      const row = await office.row(id);
      assert.equal(row.state, "dropped");
      assert.equal(row.sealed, null);
    }));

  test("leaves a letter whose code it cannot open to a node that has its secret: that is no try", () =>
    inPostOffice(async (office) => {
      const id = await office.write();
      const older = startOutbox({ ...office.context, secrets: secretsFrom(["a secret that is being replaced, and is long enough"]) }, office.smtp());
      for (let tries = 1; tries <= mostRefusals + 1; tries += 1) {
        older.wake();
        while ((await office.row(id)).attempts < tries || (await office.row(id)).state === "sending") await pause(2);
        office.clock.advance(pauseAfterNoTry);
      }
      await older.stop(100);
      const row = await office.row(id);
      assert.deepEqual([row.state, row.failures], ["waiting", 0]);
      assert.match(row.last_error ?? "", /sealed with a secret/);
      office.work();
      await office.waitFor(id, "sent");
      assert.equal(office.sink.received.length, 1);
    }));
});

test("a letter that cannot be written is refused with its reason, and the next one goes out", () =>
  inPostOffice(async (office) => {
    const broken = await office.write();
    await office.store.write((tx) => tx.db.updateTable("outbox").set({ facts_json: "{}" }).execute());
    const next = await office.write("erin@example.net");
    office.work();
    await office.waitFor(next, "sent");
    while ((await office.row(broken)).failures < 1) await pause(2);
    const row = await office.row(broken);
    assert.equal(row.state, "waiting");
    assert.match(row.last_error ?? "", /undefined/);
    assert.deepEqual(
      office.sink.received.map(({ to }) => to),
      ["erin@example.net"],
    );
  }));

describe("races of the outbox", () => {
  test("two workers deliver each of two hundred letters once", () =>
    inPostOffice(async (office) => {
      const ids = await Promise.all(Array.from({ length: 200 }, (_, n) => office.write(`n${n}@example.net`)));
      office.work();
      office.work();
      await office.sink.waitFor(200, 60_000);
      for (const id of ids) await office.waitFor(id, "sent");
      await pause(50);
      assert.equal(new Set(office.sink.received.map((one) => one.to)).size, 200);
      assert.equal(office.sink.received.length, 200);
    }));

  test("a worker that dies between the server's word and its own note leads to a duplicate with the same Message-ID", () =>
    inPostOffice(async (office) => {
      const id = await office.write();
      const smtp = office.smtp();
      const died = answering(async (message) => {
        await smtp.deliver(message);
        return new Promise(() => {});
      });
      // Never stopped: it hangs for ever, as a dead process does.
      const { deliverLetter } = await import("../../src/outbox/deliver-letter.ts");
      const { claimLetters } = await import("../../src/outbox/claim-letters.ts");
      for (const row of await office.store.write((tx) => claimLetters(tx, 1, office.clock.now()))) void deliverLetter(office.context, died, row);
      await office.sink.waitFor(1);
      const outbox = office.work();
      await pause(50);
      assert.equal((await office.row(id)).state, "sending", "the claim still holds");
      office.clock.advance(claimTime);
      outbox.wake();
      await office.waitFor(id, "sent");
      assert.deepEqual(
        office.sink.received.map((one) => one.mail.messageId),
        [`<${id}@example.com>`, `<${id}@example.com>`],
      );
      smtp.close();
    }));

  test("a delivery that takes its time keeps its claim: nobody else sends the same letter", () =>
    inPostOffice(async (office) => {
      const id = await office.write();
      const deliveries: ((outcome: Outcome) => void)[] = [];
      const slow = answering(() => new Promise((resolve) => deliveries.push(resolve)));
      const workers = [office.work(slow), office.work(slow)];
      await office.waitFor(id, "sending");
      for (let round = 0; round < 4; round += 1) {
        const claimed = (await office.row(id)).claimed_until ?? 0;
        office.clock.advance(claimTime / 2);
        while ((await office.row(id)).claimed_until === claimed) await pause(10);
        for (const worker of workers) worker.wake();
        await pause(20);
      }
      assert.equal(deliveries.length, 1);
      for (const finish of deliveries) finish({ kind: "sent" });
    }));

  test("one slow recipient in ten does not hold the others up", () =>
    inPostOffice(async (office) => {
      // The slow ones answer only when all the others have been served: waiting for them first would wait for ever.
      const others = Promise.withResolvers<undefined>();
      office.sink.onRecipient = (address) => (address.startsWith("slow") ? others.promise : undefined);
      for (let n = 0; n < 100; n += 1) await office.write(n % 10 === 0 ? `slow${n}@example.net` : `quick${n}@example.net`);
      const outbox = office.work();
      await arrived(office, outbox, 90);
      assert.ok(office.sink.received.every((one) => one.to.startsWith("quick")));
      others.resolve(undefined);
      await arrived(office, outbox, 100);
    }));

  test("when too many recipients are slow, some are put aside, and the others go on", () =>
    inPostOffice(async (office) => {
      const others = Promise.withResolvers<undefined>();
      office.sink.onRecipient = (address) => (address.startsWith("slow") ? others.promise : undefined);
      // More than there are connections: without room for the quick ones this would wait for ever.
      for (let n = 0; n < 400; n += 1) await office.write(n % 5 === 0 ? `slow${n}@example.net` : `quick${n}@example.net`);
      const outbox = office.work();
      await office.sink.waitFor(320, 120_000);
      assert.ok(office.sink.received.every((one) => one.to.startsWith("quick")));
      const aside = await office.store.read.selectFrom("outbox").select("last_error").where("state", "=", "waiting").execute();
      assert.ok(aside.some((row) => row.last_error?.startsWith("put aside")));
      others.resolve(undefined);
      await arrived(office, outbox, 400);
      assert.equal(new Set(office.sink.received.map((one) => one.to)).size, office.sink.received.length, "none came twice");
    }));

  test("refused recipients do not hold the others up", () =>
    inPostOffice(async (office) => {
      office.sink.onRecipient = (address) => (address.startsWith("bad") ? smtpError(450, "4.2.0 later") : undefined);
      for (let n = 0; n < 60; n += 1) await office.write(n % 2 === 0 ? `bad${n}@example.net` : `good${n}@example.net`);
      office.work();
      await office.sink.waitFor(30, 60_000);
      assert.ok(office.sink.received.every((one) => one.to.startsWith("good")));
    }));
});

/** Waits for so many letters. On a busy machine a quick one may be put aside as well: its minute passes while nothing arrives. */
async function arrived({ sink, clock }: PostOffice, outbox: Outbox, count: number): Promise<void> {
  for (const until = Date.now() + 120_000; sink.received.length < count && Date.now() < until; ) {
    const before = sink.received.length;
    await pause(500);
    if (sink.received.length > before) continue;
    clock.advance(minutes(1));
    outbox.wake();
  }
  await sink.waitFor(count, 1000);
}

describe("the end of a worker", () => {
  test("waits for what is under way", () =>
    inPostOffice(async (office) => {
      office.sink.onMessage = () => pause(300).then(() => undefined);
      const id = await office.write();
      const outbox = office.work();
      await office.waitFor(id, "sending");
      await outbox.stop();
      assert.equal((await office.row(id)).state, "sent");
    }));

  test("does not wait for ever, and what is cut off waits again", () =>
    inPostOffice(async (office) => {
      const never = Promise.withResolvers<undefined>();
      office.sink.onRecipient = () => never.promise;
      const id = await office.write();
      const outbox = office.work();
      await office.waitFor(id, "sending");
      await outbox.stop(200);
      never.resolve(undefined);
      assert.equal((await office.row(id)).state, "waiting");
    }));
});
