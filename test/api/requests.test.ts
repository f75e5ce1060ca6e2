import assert from "node:assert/strict";
import { after, beforeEach, describe, test } from "node:test";
import { type ApiAnswer, type ApiCaller, openSwitchboard, type Switchboard } from "../support/api-caller.ts";
import { days, minutes } from "../support/clock.ts";

const list = "/me/task/contactChange";

describe("the requests of the API", async () => {
  let board: Switchboard;
  let alice: ApiCaller;
  let dave: ApiCaller;
  let id: number;
  const boards: Switchboard[] = [];
  beforeEach(async () => {
    board = await openSwitchboard();
    boards.push(board);
    [alice, dave] = [await board.as("alice"), await board.as("dave")];
    [id] = (await board.ask("alice", { tech: "dave" })) as [number];
  });
  after(() => Promise.all(boards.map((one) => one.close())));
  const one = (rest = "") => `${list}/${id}${rest}`;
  const handle = (name: "alice" | "bob" | "carol" | "dave" | "erin") => board.who[name].handle;

  test("are shown in OVH's fields and in our further ones", async () => {
    const answer = await alice.get(one());
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.body, {
      id,
      askingAccount: handle("alice"),
      fromAccount: handle("bob"),
      toAccount: handle("dave"),
      contactTypes: ["contactTech"],
      serviceDomain: "example.net",
      state: "validatingByCustomers",
      dateRequest: "2026-01-15T12:00:00+00:00",
      dateDone: null,
      approvals: [
        { account: handle("alice"), answer: null, answeredAt: null },
        { account: handle("dave"), answer: null, answeredAt: null },
      ],
      expiresAt: "2026-01-22T12:00:00+00:00",
      reason: null,
    });
  });

  test("are carried out when both have accepted with their codes", async () => {
    board.clock.advance(minutes(1));
    is(await alice.post(one("/accept"), { token: await board.codeOf("alice", id) }), 200, null);
    const half = (await dave.get(one())).body as { state: string; approvals: unknown[] };
    assert.equal(half.state, "validatingByCustomers");
    assert.deepEqual(half.approvals[0], { account: handle("alice"), answer: "accepted", answeredAt: "2026-01-15T12:01:00+00:00" });
    is(await dave.post(one("/accept"), { token: ` ${await board.codeOf("dave", id)}\r\n` }), 200, null);
    const done = (await dave.get(one())).body as { state: string; dateDone: string };
    assert.deepEqual([done.state, done.dateDone], ["done", "2026-01-15T12:01:00+00:00"]);
    assert.equal((await board.contacts()).tech, "dave");
  });

  test("end with one refusal, and answer no more", async () => {
    is(await dave.post(one("/refuse"), { token: await board.codeOf("dave", id) }), 200, null);
    assert.equal(((await alice.get(one())).body as { state: string }).state, "refused");
    const late = await alice.post(one("/cancel"));
    assert.equal(late.status, 409);
    assert.deepEqual((late.body as { details: unknown }).details, { code: "request-closed", id: String(id), state: "refused" });
  });

  test("take no wrong code, in the words that published scripts look for", async () => {
    for (const word of ["accept", "refuse"]) {
      const answer = await dave.post(one(`/${word}`), { token: "a wrong code" });
      assert.equal(answer.status, 403);
      assert.match((answer.body as { message: string }).message, /^Invalid token/);
      assert.equal((answer.body as { class: string }).class, "Client::Forbidden");
    }
    const other = await dave.post(one("/accept"), { token: await board.codeOf("alice", id) });
    assert.equal(other.status, 403);
    assert.match((other.body as { message: string }).message, /^Invalid token/);
  });

  test("lock a code after too many wrong ones, and send a new one that counts", async () => {
    const right = await board.codeOf("dave", id);
    for (let tries = 0; tries < 10; tries++) await dave.post(one("/accept"), { token: `wrong ${tries}` });
    const locked = await dave.post(one("/accept"), { token: right });
    assert.match((locked.body as { message: string }).message, /^Invalid token/);
    assert.equal((locked.body as { details: { code: string } }).details.code, "code-locked");
    board.clock.advance(minutes(10));
    is(await dave.post(one("/resendEmail")), 200, null);
    const old = await dave.post(one("/accept"), { token: right });
    assert.equal((old.body as { details: { code: string } }).details.code, "code-replaced");
    is(await dave.post(one("/accept"), { token: await board.codeOf("dave", id) }), 200, null);
  });

  test("send a code again with no body, an empty one and {}, and say how long to wait", async () => {
    const early = await dave.post(one("/resendEmail"));
    assert.equal(early.status, 429);
    assert.ok(Number(early.headers.get("Retry-After")) > 0);
    for (const body of [undefined, "", {}]) {
      board.clock.advance(minutes(10));
      is(await dave.post(one("/resendEmail"), body), 200, null);
    }
    board.clock.advance(minutes(10));
    is(await alice.post(one("/resendEmail"), { to: "newcomer" }), 200, null);
    assert.equal((await dave.post(one("/resendEmail"), { to: "newcomer" })).status, 403);
    assert.equal((await dave.post(one("/resendEmail"), { to: "bob" })).status, 400);
  });

  test("want a code where one is asked for", async () => {
    for (const body of [undefined, "", {}, { token: 7 }, { token: "" }, "{", "[]"]) assert.equal((await dave.post(one("/accept"), body)).status, 400);
  });

  test("can be taken back by the requester, and not by the newcomer", async () => {
    assert.equal((await dave.post(one("/cancel"))).status, 403);
    is(await alice.post(one("/cancel")), 200, null);
    assert.equal(((await dave.get(one())).body as { state: string }).state, "aborted");
  });

  test("are expired from their hour on, though no timer has run", async () => {
    board.clock.advance(days(7));
    const { state, dateDone } = (await alice.get(one())).body as { state: string; dateDone: string };
    assert.deepEqual([state, dateDone], ["expired", "2026-01-22T12:00:00+00:00"]);
    assert.deepEqual((await alice.get(`${list}?state=expired`)).body, [id]);
    assert.deepEqual((await alice.get(`${list}?state=validatingByCustomers`)).body, []);
  });

  test("do not exist for others, nor for what is no id", async () => {
    const mallory = await board.as("mallory");
    const [foreign, unknown] = [await mallory.get(one()), await mallory.get(`${list}/4711`)];
    assert.deepEqual([foreign.status, unknown.status], [404, 404]);
    assert.equal(foreign.text.replaceAll(String(id), "#"), unknown.text.replaceAll("4711", "#"));
    assert.equal((await alice.get(`${list}/x`)).status, 400);
  });

  test("have times in the operator's zone", async () => {
    const paris = await openSwitchboard({ timeZone: "Europe/Paris" });
    boards.push(paris);
    const [asked] = await paris.ask("alice", { tech: "dave" });
    const answer = await (await paris.as("alice")).get(`${list}/${asked}`);
    assert.equal((answer.body as { dateRequest: string }).dateRequest, "2026-01-15T13:00:00+01:00");
  });

  describe("as a list", () => {
    let more: number[];
    beforeEach(async () => {
      more = [];
      for (const name of ["one.example", "two.example", "three.example"]) {
        const service = await board.addService(name, { admin: "bob", tech: "bob", billing: "bob" });
        more.push(...(await board.ask("bob", { admin: "alice" }, service)));
      }
    });
    const newestFirst = () => [...more].reverse();

    test("are all the requests in which I am concerned, newest first", async () => {
      assert.deepEqual((await alice.get(list)).body, [...newestFirst(), id]);
      assert.deepEqual((await dave.get(list)).body, [id]);
      assert.deepEqual((await (await board.as("mallory")).get(list)).body, []);
    });

    const filters: [string, "all" | "mine" | "bobs" | "none"][] = [
      ["askingAccount=al%25", "mine"],
      ["askingAccount=AL100001-ovh", "mine"],
      ["askingAccount=%25-ovh", "all"],
      ["askingAccount=al100001_ovh", "none"],
      ["askingAccount=al100001%5C", "none"],
      ["askingAccount=al", "none"],
      ["toAccount=da%25", "mine"],
      ["toAccount=al%25&askingAccount=bo%25", "bobs"],
      ["state=validatingByCustomers", "all"],
      ["state=valid%25", "all"],
      ["state=%25BY%25", "all"],
      ["state=done", "none"],
      ["state=nonsense", "none"],
      ["direction=sent", "mine"],
      ["direction=received", "bobs"],
      ["awaitingMe=true", "all"],
      ["askingAccount=&toAccount=&state=", "all"],
    ];
    for (const [filter, expected] of filters) {
      test(`are filtered by ${decodeURIComponent(filter)}`, async () => {
        const wanted = { all: [...newestFirst(), id], mine: [id], bobs: newestFirst(), none: [] };
        is(await alice.get(`${list}?${filter}`), 200, wanted[expected]);
      });
    }

    test("refuse filters that they do not have", async () => {
      for (const filter of ["direction=up", "awaitingMe=perhaps", "state=%00", `askingAccount=${"%25".repeat(200)}`])
        assert.equal((await alice.get(`${list}?${filter}`)).status, 400, filter);
    });

    test("come in pages, of ids or of whole requests", async () => {
      const first = await alice.get(list, { "X-Pagination-Size": "3" });
      assert.deepEqual(first.body, newestFirst());
      const cursor = first.headers.get("X-Pagination-Cursor-Next") ?? assert.fail("no further page");
      const last = await alice.get(list, { "X-Pagination-Size": "3", "X-Pagination-Cursor": cursor, "X-Pagination-Mode": "CachedObjectList-Cursor" });
      assert.deepEqual(last.body, [(await alice.get(one())).body]);
      assert.equal(last.headers.get("X-Pagination-Cursor-Next"), null);
      const exact = await alice.get(list, { "X-Pagination-Size": "4" });
      assert.equal(exact.headers.get("X-Pagination-Cursor-Next"), null);
      assert.equal((await alice.get(list, { "X-Pagination-Cursor": "no such place" })).status, 400);
    });

    test("give whole requests at once without pages too", async () => {
      const answer = await alice.get(list, { "X-Pagination-Mode": "CachedObjectList-Pages" });
      assert.deepEqual(
        (answer.body as { id: number }[]).map((task) => task.id),
        [...newestFirst(), id],
      );
    });

    test("are read in a batch, where each fails alone", async () => {
      const answer = await alice.get(`${list}/${id},4711,${more[0]}`, { "X-Ovh-Batch": "," });
      const items = answer.body as { key: string; value: { id: number } | null; error: { class: string } | null }[];
      assert.deepEqual(
        items.map(({ key, value, error }) => [key, value?.id, error?.class]),
        [
          [String(id), id, undefined],
          ["4711", undefined, "Client::NotFound"],
          [String(more[0]), more[0], undefined],
        ],
      );
    });
  });

  describe("called twice", () => {
    test("refuse the same signed call, and let the same be called anew", async () => {
      board.clock.advance(minutes(10));
      const request = dave.signed("POST", one("/resendEmail"));
      is(await board.raw(request.clone()), 200, null);
      assert.equal((await board.raw(request.clone())).status, 403);
      assert.equal((await board.mails("dave")).filter((mail) => mail.facts["again"] === true).length, 1);
    });

    test("refuse the same signed call also where the first was refused", async () => {
      const request = dave.signed("POST", one("/accept"), { token: "wrong" });
      const [first, again] = [await board.raw(request.clone()), await board.raw(request.clone())];
      assert.deepEqual([first.status, again.status], [403, 403]);
      assert.match((first.body as { message: string }).message, /^Invalid token/);
      assert.match((again.body as { message: string }).message, /was made before/);
    });

    test("answer the same for the same Idempotency-Key, and 422 where the call is another", async () => {
      const key = { "Idempotency-Key": "first" };
      const body = { token: await board.codeOf("dave", id) };
      is(await dave.post(one("/accept"), body, key), 200, null);
      is(await dave.post(one("/accept"), body, key), 200, null);
      assert.equal((await dave.post(one("/accept"), { token: "another" }, key)).status, 422);
      assert.equal((await dave.post(one("/refuse"), body, key)).status, 422);
      assert.equal((await dave.post(one("/accept"), body)).status, 409);
    });

    test("give a replayed signature its stored answer", async () => {
      const request = dave.signed("POST", one("/accept"), { token: await board.codeOf("dave", id) }, { "Idempotency-Key": "second" });
      for (let i = 0; i < 2; i++) is(await board.raw(request.clone()), 200, null);
    });
  });

  test("obey the rules of the key, for each value of a batch", async () => {
    const narrow = await board.as("alice", { rules: [{ method: "GET", path: `${list}/${id}` }] });
    assert.equal((await narrow.get(one())).status, 200);
    is(await narrow.get(list), 403, { errorCode: "NOT_GRANTED_CALL", httpCode: "403 Forbidden", message: "This call has not been granted" });
    const items = (await narrow.get(`${list}/${id},2`, { "X-Ovh-Batch": "," })).body as { error: { errorCode?: string } | null }[];
    assert.deepEqual([items[0]?.error, items[1]?.error?.errorCode], [null, "NOT_GRANTED_CALL"]);
  });
});

function is(answer: ApiAnswer, status: number, body: unknown): void {
  assert.deepEqual([answer.status, answer.body], [status, body]);
}
