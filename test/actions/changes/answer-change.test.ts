import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { acceptChange } from "../../../src/actions/changes/accept-change.ts";
import { cancelChange } from "../../../src/actions/changes/cancel-change.ts";
import { expireChanges } from "../../../src/actions/changes/expire-changes.ts";
import { refuseChange } from "../../../src/actions/changes/refuse-change.ts";
import { resendCode } from "../../../src/actions/changes/resend-code.ts";
import { showRequest } from "../../../src/actions/changes/show-request.ts";
import type { Refusal } from "../../../src/domain/refusal.ts";
import { createStage, type Name, refusal, type Stage } from "../../support/cast.ts";
import { days, hours, minutes } from "../../support/clock.ts";
import { eachStore } from "../../support/each-store.ts";

eachStore("answering a change request", (openStore) => {
  let stage: Stage;
  /** alice asks for dave instead of bob. */
  let id: number;
  const accept = (name: Name, code: string, request = id) => acceptChange(stage.context, stage.who[name], { id: request, code });
  const refuse = (name: Name, code: string, request = id) => refuseChange(stage.context, stage.who[name], { id: request, code });
  const acceptRight = async (name: Name, request = id) => accept(name, await stage.codeOf(name, request), request);
  const view = (name: Name, request = id) => showRequest(stage.context, stage.who[name], { id: request });
  const letters = async (letter: string) =>
    (await stage.mails())
      .filter((mail) => mail.letter === letter)
      .map((mail) => `${mail.to} as ${mail.facts["part"]}`)
      .sort();

  beforeEach(async () => {
    stage = await createStage({}, openStore);
    [id] = (await stage.ask("alice", { tech: "dave" })) as [number];
  });
  afterEach(() => stage.close());

  test("nothing moves before both have accepted, then the contacts change at once", async () => {
    assert.deepEqual(await acceptRight("dave"), { state: "validatingByCustomers" });
    assert.equal((await stage.contacts()).tech, "bob");
    assert.deepEqual(await acceptRight("alice"), { state: "done" });
    assert.deepEqual(await stage.contacts(), { admin: "alice", tech: "dave", billing: "carol" });
    assert.equal((await view("bob")).state, "done");
  });

  test("somebody suspended or closed between his page and the decision answers, asks, cancels and sends nothing again", async () => {
    const code = await stage.codeOf("dave", id);
    for (const [status, expected] of [
      ["suspended", "account-suspended"],
      ["closed", "account-closed"],
    ] as const) {
      await stage.alter("dave", { status });
      const answers = [() => accept("dave", code), () => refuse("dave", code), () => resendCode(stage.context, stage.who.dave, { id })];
      for (const answer of answers) assert.equal((await refusal(answer())).code, expected);
      await stage.alter("alice", { status });
      assert.equal((await refusal(cancelChange(stage.context, stage.who.alice, { id }))).code, expected);
      assert.equal((await refusal(stage.ask("alice", { billing: "erin" }))).code, expected);
    }
    for (const name of ["alice", "dave"] as const) await stage.alter(name, { status: "active" });
    assert.deepEqual(await accept("dave", code), { state: "validatingByCustomers" }, "the code is unspent");
  });

  describe("§7: who gets which letter", () => {
    test("done: each approver and the replaced contact", async () => {
      await acceptRight("dave");
      await acceptRight("alice");
      assert.deepEqual(await letters("change-done"), ["alice as requester", "bob as replaced", "dave as newcomer"]);
    });
    test("done: the admin, where a tech contact gave his own place away", async () => {
      await cancelChange(stage.context, stage.who.alice, { id });
      const [own] = (await stage.ask("bob", { tech: "dave" })) as [number];
      await acceptRight("bob", own);
      await acceptRight("dave", own);
      assert.deepEqual(await letters("change-done"), ["alice as admin", "bob as requester", "dave as newcomer"]);
    });
    test("a take-over needs the admin's answer only, and the replaced contact is told", async () => {
      const [own] = (await stage.ask("alice", { billing: "alice" })) as [number];
      assert.deepEqual(await acceptRight("alice", own), { state: "done" });
      assert.deepEqual(await letters("change-done"), ["alice as requester", "carol as replaced"]);
    });
    test("done: the admin, where a billing contact gave his own place away", async () => {
      const [own] = (await stage.ask("carol", { billing: "dave" })) as [number];
      await acceptRight("carol", own);
      await acceptRight("dave", own);
      assert.deepEqual(await letters("change-done"), ["alice as admin", "carol as requester", "dave as newcomer"]);
    });
    test("done: both and nobody else, where the admin gave his role away", async () => {
      const [away] = (await stage.ask("alice", { admin: "erin" })) as [number];
      await acceptRight("alice", away);
      await acceptRight("erin", away);
      assert.deepEqual(await letters("change-done"), ["alice as requester", "erin as newcomer"]);
    });
    test("accepted by one: nobody", async () => {
      const before = (await stage.mails()).length;
      await acceptRight("dave");
      assert.equal((await stage.mails()).length, before);
    });
    test("sent again: the approver who asked for it, with the date of expiry as it was", async () => {
      const [first] = await stage.mails("dave");
      stage.clock.advance(minutes(1));
      await resendCode(stage.context, stage.who.dave, { id });
      const again = (await stage.mails()).filter((mail) => mail.facts["again"] === true);
      assert.deepEqual(
        again.map((mail) => [mail.to, mail.facts["expiresAt"]]),
        [["dave", first?.facts["expiresAt"]]],
      );
    });
    test("failed: each approver, why", async () => {
      await stage.store.write((tx) => tx.db.updateTable("service").set({ tech_id: stage.who.erin.id }).where("id", "=", stage.serviceId).execute());
      assert.deepEqual(await refusal(acceptRight("dave")), { code: "request-closed", id, state: "error" });
      assert.deepEqual(await letters("change-failed"), ["alice as requester", "dave as newcomer"]);
      const failed = (await stage.mails()).filter((mail) => mail.letter === "change-failed");
      assert.deepEqual(new Set(failed.map((mail) => mail.facts["reason"])), new Set(["holder-changed"]));
    });
    test("refused: each approver, by whom", async () => {
      await refuse("dave", await stage.codeOf("dave", id));
      assert.deepEqual(await letters("change-refused"), ["alice as requester", "dave as newcomer"]);
      const [mail] = await stage.mails("alice").then((all) => all.filter((one) => one.letter === "change-refused"));
      assert.deepEqual((mail?.facts["by"] as { handle: string } | undefined)?.handle, stage.who.dave.handle);
    });
    test("cancelled, expired: each approver", async () => {
      await cancelChange(stage.context, stage.who.alice, { id });
      assert.deepEqual(await letters("change-cancelled"), ["alice as requester", "dave as newcomer"]);
      await stage.ask("alice", { tech: "dave" });
      stage.clock.advance(days(7));
      assert.equal(await expireChanges(stage.context), 1);
      assert.equal(await expireChanges(stage.context), 0);
      assert.deepEqual(await letters("change-expired"), ["alice as requester", "dave as newcomer"]);
    });
  });

  describe("§5: an answer is judged, each with a message of its own", () => {
    test("request closed", async () => {
      const code = await stage.codeOf("dave", id);
      await cancelChange(stage.context, stage.who.alice, { id });
      assert.deepEqual(await refusal(accept("dave", code)), { code: "request-closed", id, state: "aborted" });
    });
    test("already answered: a code works once", async () => {
      const code = await stage.codeOf("dave", id);
      await accept("dave", code);
      assert.deepEqual(await refusal(accept("dave", code)), { code: "already-answered", answer: "accepted" });
      assert.equal((await refusal(refuse("dave", code))).code, "already-answered");
    });
    test("ten wrong codes lock; sending again unlocks, and kills the old code", async () => {
      const code = await stage.codeOf("dave", id);
      for (let left = 9; left > 0; left--) assert.deepEqual(await refusal(accept("dave", "x".repeat(32))), { code: "code-wrong", triesLeft: left });
      assert.equal((await refusal(accept("dave", "x".repeat(32)))).code, "code-locked");
      assert.equal((await refusal(accept("dave", code))).code, "code-locked");
      assert.equal((await view("dave")).mine.locked, true);
      assert.deepEqual(await acceptRight("alice"), { state: "validatingByCustomers" }, "the other approver is not locked");
      stage.clock.advance(minutes(1));
      await resendCode(stage.context, stage.who.dave, { id });
      assert.equal((await refusal(accept("dave", code))).code, "code-replaced");
      assert.deepEqual(await acceptRight("dave"), { state: "done" });
    });
    test("twenty wrong codes at once count as ten", async () => {
      const codes = await Promise.all(Array.from({ length: 20 }, () => refusal(accept("dave", "y".repeat(32)))));
      assert.equal(codes.filter((one) => one.code === "code-wrong").length, 9);
      assert.equal(codes.filter((one) => one.code === "code-locked").length, 11);
    });
    test("§10: expired, from that very instant, though no timer has run", async () => {
      const code = await stage.codeOf("dave", id);
      stage.clock.advance(days(7) - 1);
      assert.deepEqual(await acceptRight("alice"), { state: "validatingByCustomers" });
      stage.clock.advance(1);
      assert.equal((await refusal(accept("dave", code))).code, "request-expired");
      assert.equal((await view("dave")).state, "expired");
      assert.equal((await stage.contacts()).tech, "bob");
    });
    test("an older code of mine does not count as a wrong one", async () => {
      const old = await stage.codeOf("dave", id);
      stage.clock.advance(minutes(1));
      await resendCode(stage.context, stage.who.dave, { id });
      for (let i = 0; i < 12; i++) assert.equal((await refusal(accept("dave", old))).code, "code-replaced");
      assert.deepEqual(await acceptRight("dave"), { state: "validatingByCustomers" });
    });
    test("the other approver's code is refused as such, and counts", async () => {
      const hers = await stage.codeOf("alice", id);
      for (let i = 0; i < 9; i++) assert.equal((await refusal(accept("dave", hers))).code, "code-of-other");
      assert.equal((await refusal(accept("dave", hers))).code, "code-locked");
    });
    test("a code counts for its own request only", async () => {
      const [other] = (await stage.ask("alice", { billing: "dave" })) as [number];
      assert.equal((await refusal(accept("dave", await stage.codeOf("dave", other)))).code, "code-wrong");
    });
    test("for somebody who is no party the request does not exist; the replaced contact sees it but cannot answer", async () => {
      const code = await stage.codeOf("dave", id);
      assert.deepEqual(await refusal(accept("mallory", code)), { code: "request-not-found", id });
      assert.deepEqual(await refusal(accept("mallory", code, 4711)), { code: "request-not-found", id: 4711 });
      assert.equal((await refusal(view("mallory"))).code, "request-not-found");
      assert.equal((await refusal(accept("bob", code))).code, "not-an-approver");
      assert.equal((await refusal(view("carol"))).code, "request-not-found");
    });
  });

  describe("§10: a rule fails when somebody accepts", () => {
    const passing: [string, () => Promise<void>, () => Promise<void>, Name, string][] = [
      ["service expired", () => serviceSet({ expires_on: "2026-01-14" }), () => serviceSet({ expires_on: null }), "dave", "service-expired"],
      ["contacts not changeable", () => serviceSet({ contacts_locked: 1 }), () => serviceSet({ contacts_locked: 0 }), "dave", "service-not-changeable"],
      [
        "own address unverified",
        () => stage.alter("dave", { email_verified_at: null }),
        () => stage.alter("dave", { email_verified_at: 1 }),
        "dave",
        "approver-unverified",
      ],
      [
        "requester's address unverified",
        () => stage.alter("alice", { email_verified_at: null }),
        () => stage.alter("alice", { email_verified_at: 1 }),
        "alice",
        "asker-unverified",
      ],
      ["newcomer suspended", () => stage.alter("dave", { status: "suspended" }), () => stage.alter("dave", { status: "active" }), "alice", "newcomer-inactive"],
      [
        "requester suspended",
        () => stage.alter("alice", { status: "suspended" }),
        () => stage.alter("alice", { status: "active" }),
        "dave",
        "account-cannot-change-now",
      ],
    ];
    const serviceSet = async (columns: { expires_on?: string | null; contacts_locked?: number }) => {
      await stage.store.write((tx) => tx.db.updateTable("service").set(columns).where("id", "=", stage.serviceId).execute());
    };
    for (const [what, breakIt, mend, who, code] of passing) {
      test(`passing: ${what}: refused with its reason, the code stays unspent, the request open`, async () => {
        await breakIt();
        assert.equal((await refusal(acceptRight(who))).code, code);
        assert.equal((await view(who)).state, "validatingByCustomers");
        await mend();
        assert.deepEqual(await acceptRight(who), { state: "validatingByCustomers" });
      });
    }
    test("passing: behind with payments; each hears of his own debts only", async () => {
      const [billing] = (await stage.ask("alice", { billing: "dave" })) as [number];
      await stage.owes("dave", "2026-01-14");
      assert.equal((await refusal(acceptRight("dave", billing))).code, "you-are-behind");
      assert.deepEqual(await refusal(acceptRight("alice", billing)), { code: "newcomer-cannot-take-billing", handle: stage.who.dave.handle });
      await stage.store.write((tx) => tx.db.updateTable("invoice").set({ paid_on: "2026-01-15" }).execute());
      await acceptRight("dave", billing);
      assert.deepEqual(await acceptRight("alice", billing), { state: "done" });
    });
    test("after a password reset by mail, approving as the requester is blocked, as the newcomer it is not", async () => {
      const until = stage.clock.now() + hours(24);
      await stage.alter("alice", { asking_blocked_until: until });
      await stage.alter("dave", { asking_blocked_until: until });
      assert.deepEqual(await refusal(acceptRight("alice")), { code: "asker-blocked-after-reset", until });
      assert.deepEqual(await acceptRight("dave"), { state: "validatingByCustomers" });
      assert.equal((await refusal(stage.ask("alice", { billing: "dave" }))).code, "asker-blocked-after-reset");
      stage.clock.advance(hours(24));
      assert.deepEqual(await acceptRight("alice"), { state: "done" });
    });
    test("lasting: the requester lost the right by another call: error in that very transaction, approvers told", async () => {
      const [away] = (await stage.ask("alice", { admin: "erin" })) as [number];
      await acceptRight("alice", away);
      await acceptRight("erin", away);
      const ended = await view("dave");
      assert.deepEqual([ended.state, ended.reason], ["error", "asker-lost-right"]);
      assert.deepEqual(await letters("change-failed"), ["alice as requester", "dave as newcomer"]);
    });
  });

  test("§10: requests of one call keep the right with which they were asked; another call takes it away", async () => {
    const service = await stage.addService("one-call.example", { tech: "bob" });
    const [admin, tech] = (await stage.ask("alice", { admin: "erin", tech: "dave" }, service)) as [number, number];
    await acceptRight("alice", admin);
    await acceptRight("erin", admin);
    assert.equal((await view("alice", tech)).state, "validatingByCustomers");
    await acceptRight("alice", tech);
    assert.deepEqual(await acceptRight("dave", tech), { state: "done" });

    const again = await stage.addService("two-calls.example", { tech: "bob" });
    const [first, kept] = (await stage.ask("alice", { admin: "erin", tech: "dave" }, again)) as [number, number];
    await acceptRight("alice", first);
    await acceptRight("erin", first);
    const [other] = (await stage.ask("erin", { admin: "carol" }, again)) as [number];
    await acceptRight("erin", other);
    await acceptRight("carol", other);
    assert.equal((await view("alice", kept)).state, "error");
  });

  describe("§10: who may cancel", () => {
    test("the requester his own, also after one of two has accepted; the acceptance itself cannot be taken back", async () => {
      await acceptRight("dave");
      assert.equal((await refusal(cancelChange(stage.context, stage.who.dave, { id }))).code, "cancel-not-yours");
      await cancelChange(stage.context, stage.who.alice, { id });
      assert.equal((await view("alice")).state, "aborted");
      assert.equal((await refusal(cancelChange(stage.context, stage.who.alice, { id }))).code, "request-closed");
    });
    test("the present admin any open request on the service", async () => {
      await cancelChange(stage.context, stage.who.alice, { id });
      const [own] = (await stage.ask("bob", { tech: "dave" })) as [number];
      await cancelChange(stage.context, stage.who.alice, { id: own });
      assert.equal((await view("bob", own)).closedBy?.handle, stage.who.alice.handle);
    });
    test("nobody after the last acceptance", async () => {
      await acceptRight("dave");
      await acceptRight("alice");
      assert.equal((await refusal(cancelChange(stage.context, stage.who.alice, { id }))).code, "request-closed");
    });
  });

  test("§10: who sees a request: requester, newcomer, replaced contact, present admin", async () => {
    const [own] = (await stage.ask("carol", { billing: "dave" })) as [number];
    for (const name of ["carol", "dave", "alice"] as const) assert.equal((await view(name, own)).id, own);
    assert.equal((await refusal(view("bob", own))).code, "request-not-found");
    const [away] = (await stage.ask("alice", { admin: "erin" })) as [number];
    await acceptRight("alice", away);
    await acceptRight("erin", away);
    assert.equal((await view("erin", own)).mine.canCancel, true);
    assert.equal((await refusal(view("alice", own))).code, "request-not-found", "she is its admin no longer");
  });

  test("§10: sending again meets accepting: both claim the same approval, and the loser hears “replaced” or “already answered”", async () => {
    stage.clock.advance(minutes(1));
    const code = await stage.codeOf("dave", id);
    const again = (): Promise<void> => resendCode(stage.context, stage.who.dave, { id });
    const [, loser] = await Promise.allSettled([again(), accept("dave", code)]);
    assert.equal((loser.status === "rejected" && (loser.reason as Refusal).detail.code) || "", "code-replaced");
    stage.clock.advance(minutes(1));
    const [accepting, late] = await Promise.allSettled([
      stage.codeOf("dave", id).then((present) => accept("dave", present)),
      stage.codeOf("dave", id).then(again),
    ]);
    const heard = [accepting, late].flatMap((one) => (one.status === "rejected" ? (one.reason as Refusal).detail.code : []));
    assert.deepEqual(heard, [accepting.status === "fulfilled" ? "already-answered" : "code-replaced"]);
  });

  describe("§5: sending again", () => {
    test("at most one a minute, and ten a day, for each request and account", async () => {
      const again = () => resendCode(stage.context, stage.who.dave, { id });
      assert.equal((await refusal(again())).code, "resend-too-soon");
      for (let i = 0; i < 10; i++) {
        stage.clock.advance(minutes(1));
        await again();
      }
      stage.clock.advance(minutes(1));
      assert.equal((await refusal(again())).code, "resend-limit");
      await resendCode(stage.context, stage.who.alice, { id });
      stage.clock.advance(days(1));
      await again();
    });
    test("the requester also for the newcomer's, which goes to the newcomer; nobody else for others", async () => {
      stage.clock.advance(minutes(1));
      await resendCode(stage.context, stage.who.alice, { id, to: "newcomer" });
      const newest = (await stage.mails("dave")).filter((mail) => mail.letter === "change-requested");
      assert.deepEqual(newest.map((mail) => mail.state).sort(), ["dropped", "waiting"]);
      assert.equal((await refusal(resendCode(stage.context, stage.who.dave, { id, to: "newcomer" }))).code, "not-an-approver");
      assert.equal((await refusal(resendCode(stage.context, stage.who.bob, { id }))).code, "not-an-approver");
      assert.equal((await refusal(resendCode(stage.context, stage.who.mallory, { id }))).code, "request-not-found");
    });
    test("it goes to the address that the account has now", async () => {
      await stage.alter("dave", { email: "new@example.org", email_key: "new@example.org" });
      stage.clock.advance(minutes(1));
      await resendCode(stage.context, stage.who.dave, { id });
      assert.equal((await view("dave")).approvals.find((one) => one.account.id === stage.who.dave.id)?.sentTo, "new@example.org");
    });
    test("not once it is answered, closed or expired", async () => {
      await acceptRight("dave");
      stage.clock.advance(minutes(1));
      assert.equal((await refusal(resendCode(stage.context, stage.who.dave, { id }))).code, "already-answered");
      stage.clock.advance(days(7));
      assert.equal((await refusal(resendCode(stage.context, stage.who.alice, { id }))).code, "request-expired");
    });
  });

  test("§5: only keyed hashes of codes are stored; the waiting letter's seal is erased when the request closes", async () => {
    const codes = [await stage.codeOf("alice", id), await stage.codeOf("dave", id)];
    const stored = async () =>
      JSON.stringify([
        await stage.store.read.selectFrom("approval").selectAll().execute(),
        await stage.store.read.selectFrom("outbox").selectAll().execute(),
        await stage.store.read.selectFrom("audit").selectAll().execute(),
      ]);
    for (const code of codes) assert.equal((await stored()).includes(code), false);
    await cancelChange(stage.context, stage.who.alice, { id });
    const sealed = await stage.store.read.selectFrom("outbox").select("id").where("sealed", "is not", null).execute();
    assert.deepEqual(sealed, []);
  });

  describe("races", () => {
    const settled = async (promises: Promise<unknown>[]) => {
      const all = await Promise.allSettled(promises);
      for (const one of all) if (one.status === "rejected") assert.equal((one.reason as Error).name, "Refusal", String(one.reason));
      return all.filter((one) => one.status === "fulfilled").length;
    };
    test("twenty acceptances with one code at once: one counts", async () => {
      const code = await stage.codeOf("dave", id);
      assert.equal(await settled(Array.from({ length: 20 }, () => accept("dave", code))), 1);
    });
    test("both approvers at once: done, once", async () => {
      const [hers, his] = [await stage.codeOf("alice", id), await stage.codeOf("dave", id)];
      assert.equal(await settled([accept("alice", hers), accept("dave", his), accept("alice", hers), accept("dave", his)]), 2);
      assert.equal((await stage.contacts()).tech, "dave");
      assert.equal((await letters("change-done")).length, 3);
    });
    test("accept against refuse, cancel, expiry and sending again, whoever is first: one way out, and never half done", async () => {
      const ways = new Set<string>();
      const rivals: ((code: string, request: number) => Promise<unknown>)[] = [
        (code, request) => refuse("dave", code, request),
        (_, request) => cancelChange(stage.context, stage.who.alice, { id: request }),
        async () => {
          stage.clock.advance(days(7));
          await expireChanges(stage.context);
        },
        (_, request) => resendCode(stage.context, stage.who.dave, { id: request }),
      ];
      for (const [i, rival] of [...rivals, ...rivals].entries()) {
        const service = await stage.addService(`race-${i}.example`, { tech: "bob" });
        const [request] = (await stage.ask("alice", { tech: "dave" }, service)) as [number];
        await acceptRight("alice", request);
        stage.clock.advance(minutes(1));
        const code = await stage.codeOf("dave", request);
        const acceptance = (): Promise<unknown> => accept("dave", code, request);
        await settled(i < rivals.length ? [acceptance(), rival(code, request)] : [rival(code, request), acceptance()]);
        const state = (await view("alice", request)).state;
        ways.add(state);
        assert.equal((await stage.contacts(service)).tech === "dave", state === "done", `${i}: ${state}`);
      }
      // Where writers do not stand in one line nobody says who is first.
      const possible = ["aborted", "done", "expired", "refused", "validatingByCustomers"];
      if (stage.store.engine === "sqlite") assert.deepEqual([...ways].sort(), possible);
      else assert.ok([...ways].every((way) => possible.includes(way)));
    });
    test("two requests for one role at once: one is made", async () => {
      const service = await stage.addService("role-race.example", { tech: "bob" });
      assert.equal(
        await settled([
          stage.ask("alice", { tech: "dave" }, service),
          stage.ask("bob", { tech: "erin" }, service),
          stage.ask("alice", { tech: "erin" }, service),
        ]),
        1,
      );
    });
  });
});
