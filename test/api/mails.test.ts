import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openSwitchboard, type Switchboard } from "../support/api-caller.ts";

async function inOffice(work: (board: Switchboard) => Promise<void>): Promise<void> {
  const board = await openSwitchboard();
  try {
    await work(board);
  } finally {
    await board.close();
  }
}

const missing = (id: number): string => JSON.stringify({ class: "Client::NotFound", message: `The requested object (id = ${id}) does not exist` });

describe("the e-mails of an account", () => {
  test("are listed by number and shown with their codes masked", () =>
    inOffice(async (board) => {
      await board.ask("alice", { tech: "dave" });
      const dave = await board.as("dave");
      const [id] = (await dave.get("/me/notification/email/history")).body as number[];
      assert.ok(id !== undefined && Number.isSafeInteger(id));
      const { body } = await dave.get(`/me/notification/email/history/${id}`);
      const mail = body as { id: number; subject: string; body: string };
      assert.equal(mail.id, id);
      assert.ok(mail.subject.length > 0);
      assert.match(mail.body, /•••/);
      const [letter] = await board.mails("dave");
      assert.ok(letter && letter.code.length > 10 && !mail.body.includes(letter.code));
    }));

  test("are nobody else's: the same bytes as for a number that does not exist", () =>
    inOffice(async (board) => {
      await board.ask("alice", { tech: "dave" });
      const [id = 0] = (await (await board.as("dave")).get("/me/notification/email/history")).body as number[];
      const mallory = await board.as("mallory");
      assert.deepEqual((await mallory.get("/me/notification/email/history")).body, []);
      assert.equal((await mallory.get(`/me/notification/email/history/${id}`)).text, missing(id));
      assert.equal((await mallory.get("/me/notification/email/history/7")).text, missing(7));
    }));

  test("leave out what was dropped, and come in pages and whole", () =>
    inOffice(async (board) => {
      const service = await board.addService("two.example");
      await board.ask("alice", { tech: "dave" });
      await board.ask("alice", { tech: "dave" }, service);
      const dave = await board.as("dave");
      const all = (await dave.get("/me/notification/email/history")).body as number[];
      assert.equal(all.length, 2);
      const first = await dave.get("/me/notification/email/history", { "X-Pagination-Size": "1", "X-Pagination-Mode": "CachedObjectList-Cursor" });
      assert.deepEqual(
        (first.body as { id: number }[]).map((mail) => mail.id),
        all.slice(0, 1),
      );
      const cursor = first.headers.get("X-Pagination-Cursor-Next") ?? "";
      const rest = await dave.get("/me/notification/email/history", { "X-Pagination-Size": "1", "X-Pagination-Cursor": cursor });
      assert.deepEqual(rest.body, all.slice(1));
      assert.equal(rest.headers.get("X-Pagination-Cursor-Next"), null);
      await board.store.write((tx) => tx.db.updateTable("outbox").set({ state: "dropped" }).execute());
      assert.deepEqual((await dave.get("/me/notification/email/history")).body, []);
      assert.equal((await dave.get(`/me/notification/email/history/${all[0]}`)).status, 404);
    }));
});

describe("the debts of an account", () => {
  test("are nothing in no currency where nothing was ever owed", () =>
    inOffice(async (board) => {
      const { body } = await (await board.as("alice")).get("/me/debtAccount");
      const balance = body as { active: boolean; dueAmount: object };
      assert.equal(balance.active, false);
      assert.deepEqual(balance.dueAmount, { currencyCode: "N/A", text: "0.00 N/A", value: 0 });
    }));

  test("are its invoices, late or not, paid or not", () =>
    inOffice(async (board) => {
      await board.owes("carol", "2025-12-15");
      await board.owes("carol", "2099-01-01");
      await board.owes("carol", "2025-12-16");
      await board.store.write((tx) => tx.db.updateTable("invoice").set({ paid_on: "2025-12-16" }).where("due_on", "=", "2025-12-16").execute());
      const carol = await board.as("carol");
      const ids = (await carol.get("/me/debtAccount/debt")).body as number[];
      assert.equal(ids.length, 3);
      const debts = (await carol.get("/me/debtAccount/debt", { "X-Pagination-Mode": "CachedObjectList-Pages" })).body as Record<string, unknown>[];
      assert.deepEqual(
        debts.map((debt) => debt["status"]),
        ["PAID", "UNMATURED", "UNPAID"],
      );
      const one = (await carol.get(`/me/debtAccount/debt/${ids[2]}`)).body as Record<string, unknown>;
      assert.deepEqual(one, debts[2]);
      assert.deepEqual(one["amount"], { currencyCode: "EUR", text: "12.00 EUR", value: 12 });
      assert.equal(one["invoice"], "carol-2025-12-15");
      const balance = (await carol.get("/me/debtAccount")).body as { dueAmount: { value: number }; unmaturedAmount: { value: number } };
      assert.deepEqual([balance.dueAmount.value, balance.unmaturedAmount.value], [24, 12]);
    }));

  test("are nobody else's: the same bytes as for a number that does not exist", () =>
    inOffice(async (board) => {
      await board.owes("carol", "2025-12-15");
      const [id = 0] = (await (await board.as("carol")).get("/me/debtAccount/debt")).body as number[];
      const mallory = await board.as("mallory");
      assert.deepEqual((await mallory.get("/me/debtAccount/debt")).body, []);
      assert.equal((await mallory.get(`/me/debtAccount/debt/${id}`)).text, missing(id));
      assert.equal((await mallory.get("/me/debtAccount/debt/999")).text, missing(999));
      assert.equal(((await mallory.get("/me/debtAccount")).body as { active: boolean }).active, false);
    }));
});
