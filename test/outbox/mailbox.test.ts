import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Refusal } from "../../src/domain/refusal.ts";
import { dropWaiting } from "../../src/outbox/enqueue.ts";
import { listMailbox, listSentMails, readMail } from "../../src/outbox/list-mailbox.ts";
import { listOutbox } from "../../src/outbox/list-outbox.ts";
import { retryMail } from "../../src/outbox/retry-mail.ts";
import { code, inPostOffice } from "./post-office.ts";

const operator = { kind: "operator", source: "cli" } as const;

describe("the mailbox of a demonstration", () => {
  test("shows what would have been sent, newest first, with the codes", () =>
    inPostOffice(async (office) => {
      const first = await office.write("dave@example.net");
      const second = await office.write("Dave@Example.net");
      const letters = await listMailbox(office.context);
      assert.deepEqual(
        letters.map((one) => [one.id, one.to, one.date]),
        [
          [second, "Dave@Example.net", "2026-01-15T12:00:00.000Z"],
          [first, "dave@example.net", "2026-01-15T12:00:00.000Z"],
        ],
      );
      assert.deepEqual(Object.keys(letters[0] ?? {}), ["id", "to", "subject", "text", "html", "date"]);
      assert.match(letters[0]?.text ?? "", new RegExp(code));
      assert.deepEqual(await readMail(office.context, first), letters[1]);
      assert.equal(await readMail(office.context, "none"), undefined);
    }));

  test("filters by address in any letter case", () =>
    inPostOffice(async (office) => {
      await office.write("dave@example.net");
      await office.write("erin@example.net");
      assert.equal((await listMailbox(office.context, { to: " DAVE@example.net " })).length, 1);
      assert.equal((await listMailbox(office.context, { to: "mallory@example.net" })).length, 0);
      assert.equal((await listMailbox(office.context, { limit: 1 })).length, 1);
    }));

  test("masks codes that were dropped", () =>
    inPostOffice(async (office) => {
      await office.write();
      await office.store.write((tx) => dropWaiting(tx, { requestId: 1 }));
      const [letter] = await listMailbox(office.context);
      assert.doesNotMatch(JSON.stringify(letter), new RegExp(code));
      assert.match(letter?.text ?? "", /•••/);
    }));
});

test("the history of an account never shows a code", () =>
  inPostOffice(async (office) => {
    const id = await office.write();
    const { account_id } = await office.row(id);
    const [letter] = await listSentMails(office.context, account_id, 50);
    assert.match(letter?.text ?? "", /•••/);
    assert.doesNotMatch(JSON.stringify(letter), new RegExp(code));
  }));

describe("a letter that has failed", () => {
  test("is listed with its reason, and can be sent again", () =>
    inPostOffice(async (office) => {
      const id = await office.write();
      await office.store.write((tx) => tx.db.updateTable("outbox").set({ state: "failed", attempts: 40, failures: 37, last_error: "550 no" }).execute());
      const [failed] = await listOutbox(office.context, { state: "failed" });
      assert.deepEqual([failed?.id, failed?.lastError, failed?.failures], [id, "550 no", 37]);
      await retryMail(office.context, operator, { id });
      office.work();
      const row = await office.waitFor(id, "sent");
      assert.deepEqual([row.attempts, row.failures], [41, 0]);
      assert.match(office.sink.received[0]?.mail.text ?? "", new RegExp(code));
      const audit = await office.store.read.selectFrom("audit").select(["actor", "deed", "source"]).execute();
      assert.deepEqual(audit, [{ actor: "operator", deed: "mail.retried", source: "cli" }]);
    }));

  test("is refused by its id when there is none", () =>
    inPostOffice(async (office) => {
      const id = await office.write();
      await assert.rejects(retryMail(office.context, operator, { id }), (error) => error instanceof Refusal && error.detail.code === "mail-not-found");
    }));
});
