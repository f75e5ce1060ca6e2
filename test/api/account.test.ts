import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openSecrets } from "../../src/outbox/enqueue.ts";
import { openSwitchboard, type Switchboard } from "../support/api-caller.ts";

const hour = 60 * 60 * 1000;

async function inOffice(work: (board: Switchboard) => Promise<void>): Promise<void> {
  const board = await openSwitchboard();
  try {
    await work(board);
  } finally {
    await board.close();
  }
}

/** The code in the newest letter of this kind. */
async function newestCode(board: Switchboard, letter: string): Promise<string> {
  const rows = await board.store.read.selectFrom("outbox").selectAll().where("letter", "=", letter).orderBy("id", "desc").execute();
  const [row] = rows;
  return row ? (openSecrets(board.context, row)?.[0] ?? "") : "";
}

async function ask(board: Switchboard, newEmail = "alice@new.example"): Promise<number> {
  const asked = await (await board.as("alice")).post("/me/changeEmail", { newEmail });
  assert.equal(asked.status, 200, asked.text);
  return (asked.body as { id: number }).id;
}

describe("GET and PUT /me", () => {
  test("tell the account in OVH's form, with what is not kept as null", () =>
    inOffice(async (board) => {
      const { body } = await (await board.as("alice")).get("/me");
      const me = body as Record<string, unknown>;
      assert.equal(me["nichandle"], board.who.alice.handle);
      assert.equal(me["name"], "Alice Example");
      assert.equal(me["language"], "en_GB");
      assert.equal(me["state"], "complete");
      assert.equal(me["emailVerified"], true);
      assert.equal(me["firstname"], null);
      assert.equal(me["askingBlockedUntil"], null);
    }));

  test("take the whole account as it was given, and change name and language only", () =>
    inOffice(async (board) => {
      const alice = await board.as("alice");
      const { body } = await alice.get("/me");
      const saved = await alice.put("/me", { ...(body as object), name: "Alice Zoë", language: "fr_CA", email: "thief@example.net", city: "Roubaix" });
      assert.equal(saved.text, "null");
      const { body: after } = await alice.get("/me");
      assert.deepEqual(after, { ...(body as object), name: "Alice Zoë", language: "fr_FR" });
    }));

  test("keep what is left out, also with an empty body", () =>
    inOffice(async (board) => {
      const alice = await board.as("alice");
      const before = (await alice.get("/me")).text;
      for (const body of [undefined, "", {}, { name: null, language: null }]) assert.equal((await alice.put("/me", body)).text, "null");
      assert.equal((await alice.get("/me")).text, before);
    }));

  test("know all languages of the contract, and say which has no texts", () =>
    inOffice(async (board) => {
      const alice = await board.as("alice");
      const told = async (): Promise<unknown> => ((await alice.get("/me")).body as { language: string }).language;
      for (const language of ["nl_NL", "fi_FI", "pl_PL", "es_ES", "cs_CZ", "fr_FR", "de_DE", "it_IT", "pt_PT", "en_GB"]) {
        assert.equal((await alice.put("/me", { language })).status, 200);
        assert.equal(await told(), language);
      }
      assert.equal((await alice.put("/me", { language: "en_US" })).status, 200);
      assert.equal(await told(), "en_GB");
      const lithuanian = await alice.put("/me", { language: "lt_LT" });
      assert.equal(lithuanian.status, 400);
      assert.match(lithuanian.text, /no texts in lt_LT/);
      assert.equal((await alice.put("/me", { language: "tlh" })).status, 400);
      assert.equal((await alice.put("/me", { name: "" })).status, 400);
    }));
});

describe("another e-mail address", () => {
  test("is asked for, listed, accepted with the code that went there, and then the account's", () =>
    inOffice(async (board) => {
      const alice = await board.as("alice");
      const id = await ask(board);
      assert.deepEqual((await alice.get("/me/task/emailChange")).body, [id]);
      assert.deepEqual((await alice.get("/me/task/emailChange?state=todo")).body, [id]);
      assert.deepEqual((await alice.get("/me/task/emailChange?state=done")).body, []);
      assert.ok((await board.mails("alice")).some((mail) => mail.letter === "address-changed"));
      const wrong = await alice.post(`/me/task/emailChange/${id}/accept`, { token: "wrong" });
      assert.equal(wrong.status, 403);
      assert.match((wrong.body as { message: string }).message, /^Invalid token/);
      const token = await newestCode(board, "change-address");
      assert.equal((await alice.post(`/me/task/emailChange/${id}/accept`, { token })).text, "null");
      const { body } = await alice.get(`/me/task/emailChange/${id}`);
      const task = body as { state: string; dateDone: string | null; newEmail: string };
      assert.equal(task.state, "done");
      assert.notEqual(task.dateDone, null);
      assert.equal(((await alice.get("/me")).body as { email: string }).email, "alice@new.example");
    }));

  test("can be refused, after which its code is worth nothing", () =>
    inOffice(async (board) => {
      const alice = await board.as("alice");
      const id = await ask(board);
      const token = await newestCode(board, "change-address");
      assert.equal((await alice.post(`/me/task/emailChange/${id}/refuse`, { token })).text, "null");
      assert.deepEqual((await alice.get("/me/task/emailChange?state=refused")).body, [id]);
      assert.equal((await alice.post(`/me/task/emailChange/${id}/accept`, { token })).status, 403);
      assert.equal(((await alice.get("/me")).body as { email: string }).email, "alice@example.com");
    }));

  test("is aborted when its code has expired, and when a newer wish replaces it", () =>
    inOffice(async (board) => {
      const alice = await board.as("alice");
      const first = await ask(board);
      board.clock.advance(2 * 60_000);
      const second = await ask(board, "alice@newer.example");
      assert.deepEqual((await alice.get("/me/task/emailChange?state=aborted")).body, [first]);
      board.clock.advance(25 * hour);
      assert.deepEqual((await alice.get("/me/task/emailChange?state=aborted")).body, [first, second]);
    }));

  test("is nobody else's business: the same bytes as for a task that does not exist, and no use of the code", () =>
    inOffice(async (board) => {
      const id = await ask(board);
      const token = await newestCode(board, "change-address");
      const mallory = await board.as("mallory");
      const beforeAny = await openSwitchboard();
      try {
        const stranger = await beforeAny.as("mallory");
        for (const path of [`/me/task/emailChange/${id}`]) assert.equal((await mallory.get(path)).text, (await stranger.get(path)).text);
        for (const answer of ["accept", "refuse"]) {
          const path = `/me/task/emailChange/${id}/${answer}`;
          assert.equal((await mallory.post(path, { token })).text, (await stranger.post(path, { token })).text);
        }
      } finally {
        await beforeAny.close();
      }
      assert.equal((await mallory.post("/me/confirmEmail/accept", { token })).status, 403);
      assert.deepEqual((await mallory.get("/me/task/emailChange")).body, []);
      assert.equal((await (await board.as("alice")).post(`/me/task/emailChange/${id}/accept`, { token })).status, 200);
    }));

  test("cannot be asked for after a password reset by mail", () =>
    inOffice(async (board) => {
      await board.alter("alice", { asking_blocked_until: board.clock.now() + hour });
      const asked = await (await board.as("alice")).post("/me/changeEmail", { newEmail: "alice@new.example" });
      assert.equal(asked.status, 403);
      assert.match(asked.text, /asker-blocked-after-reset/);
      assert.deepEqual(await board.mails("alice"), []);
    }));

  test("is asked for once, however often the same call comes with its Idempotency-Key", () =>
    inOffice(async (board) => {
      const alice = await board.as("alice");
      const key = { "Idempotency-Key": "move-1" };
      const first = await alice.post("/me/changeEmail", { newEmail: "alice@new.example" }, key);
      const again = await alice.post("/me/changeEmail", { newEmail: "alice@new.example" }, key);
      assert.equal(again.text, first.text);
      assert.equal((await board.mails()).filter((mail) => mail.letter === "change-address").length, 1);
    }));

  test("bears thirty wrong codes in a quarter of an hour and no more", () =>
    inOffice(async (board) => {
      const alice = await board.as("alice");
      const id = await ask(board);
      const path = `/me/task/emailChange/${id}/accept`;
      for (let n = 0; n < 30; n++) assert.equal((await alice.post(path, { token: `wrong${n}` })).status, 403);
      assert.equal((await alice.post(path, { token: await newestCode(board, "change-address") })).status, 429);
    }));
});

describe("the password and the confirmation", () => {
  test("are sent to the account's own address", () =>
    inOffice(async (board) => {
      const alice = await board.as("alice");
      assert.equal((await alice.post("/me/changePassword")).text, "null");
      const [letter] = await board.mails("alice");
      assert.equal(letter?.letter, "reset-password");
      for (let n = 0; n < 2; n++) await alice.post("/me/changePassword", {});
      assert.equal((await alice.post("/me/changePassword", {})).status, 429);
    }));

  test("of an address: the code is sent again and accepted", () =>
    inOffice(async (board) => {
      const alice = await board.as("alice");
      assert.equal((await alice.post("/me/confirmEmail/resendEmail")).status, 409);
      await board.alter("alice", { email_verified_at: null });
      assert.equal((await alice.post("/me/confirmEmail/resendEmail", "")).text, "null");
      const token = await newestCode(board, "confirm-address");
      assert.equal((await alice.post("/me/confirmEmail/accept", {})).status, 400);
      assert.equal((await alice.post("/me/confirmEmail/accept", { token })).text, "null");
      assert.equal(((await alice.get("/me")).body as { emailVerified: boolean }).emailVerified, true);
    }));
});
