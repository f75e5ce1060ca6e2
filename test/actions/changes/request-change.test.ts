import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { cancelChange } from "../../../src/actions/changes/cancel-change.ts";
import { requestChange } from "../../../src/actions/changes/request-change.ts";
import { showRequest } from "../../../src/actions/changes/show-request.ts";
import { createStage, type Name, refusal, type Stage } from "../../support/cast.ts";
import { days } from "../../support/clock.ts";
import { eachStore } from "../../support/each-store.ts";

eachStore("asking for a change", (openStore) => {
  let stage: Stage;
  const asked = (asker: Name, contacts: Parameters<Stage["ask"]>[1], serviceId?: number) => refusal(stage.ask(asker, contacts, serviceId));
  before(async () => {
    stage = await createStage({}, openStore);
  });
  after(() => stage.close());

  describe("§4, row by row: who must approve; §7 requested: each approver gets a code of his own", () => {
    const rows: [string, Name, Parameters<Stage["ask"]>[1], Name[]][] = [
      ["admin hands tech and billing to somebody else: requester and newcomer", "alice", { tech: "dave", billing: "dave" }, ["alice", "dave"]],
      ["admin takes tech and billing over himself: requester alone", "alice", { tech: "alice", billing: "alice" }, ["alice"]],
      ["admin hands admin to somebody else: requester and newcomer", "alice", { admin: "dave" }, ["alice", "dave"]],
      ["tech hands his own place over: requester and newcomer", "bob", { tech: "dave" }, ["bob", "dave"]],
      ["billing hands its own place over: requester and newcomer", "carol", { billing: "dave" }, ["carol", "dave"]],
    ];
    for (const [i, [row, asker, contacts, approvers]] of rows.entries()) {
      test(row, async () => {
        const service = await stage.addService(`row-${i}.example`, { tech: "bob", billing: "carol" });
        const ids = await stage.ask(asker, contacts, service);
        for (const id of ids) {
          const view = await showRequest(stage.context, stage.who[asker], { id });
          assert.equal(view.state, "validatingByCustomers");
          assert.deepEqual(view.approvals.map((approval) => approval.account.id).sort(), approvers.map((name) => stage.who[name].id).sort());
          const letters = (await stage.mails()).filter((mail) => mail.requestId === id);
          assert.deepEqual(letters.map((mail) => mail.to).sort(), [...approvers].sort());
          assert.equal(new Set(letters.map((mail) => mail.code)).size, approvers.length, "a code of his own for each");
        }
      });
    }
  });

  test("§10: the same newcomer replaces two people: two requests, two codes, each letter names the other request", async () => {
    const service = await stage.addService("pairs.example", { tech: "bob", billing: "carol" });
    const ids = await stage.ask("alice", { tech: "dave", billing: "dave" }, service);
    assert.equal(ids.length, 2);
    const letters = (await stage.mails("dave")).filter((mail) => ids.includes(mail.requestId ?? 0));
    assert.equal(new Set(letters.map((mail) => mail.code)).size, 2);
    assert.deepEqual(letters.flatMap((mail) => (mail.facts["siblings"] as { id: number }[]).map((one) => one.id)).sort(), [...ids].sort());
  });

  test("all requests of a call are made, or none", async () => {
    const service = await stage.addService("none.example", { tech: "bob", billing: "carol" });
    await stage.alter("erin", { email_verified_at: null });
    assert.equal((await asked("alice", { tech: "dave", billing: "erin" }, service)).code, "newcomer-unverified");
    await stage.alter("erin", { email_verified_at: 1 });
    const made = await stage.store.read.selectFrom("change_request").select("id").where("service_id", "=", service).execute();
    assert.deepEqual(made, []);
  });

  describe("§4: refused at once", () => {
    test("nothing left to change: every role is named with its present holder", async () => {
      assert.equal((await asked("alice", { admin: "alice", tech: "bob", billing: "carol" })).code, "nothing-to-change");
      assert.equal((await refusal(requestChange(stage.context, stage.who.alice, { serviceId: stage.serviceId, contacts: {} }))).code, "nothing-to-change");
    });
    test("the three fields may always be sent: unchanged ones need no right", async () => {
      const service = await stage.addService("three.example", { tech: "bob", billing: "carol" });
      assert.equal((await stage.ask("bob", { admin: "alice", tech: "dave", billing: "carol" }, service)).length, 1);
    });
    test("unknown account", async () => {
      const contacts = { tech: "zz999999-ovh" };
      assert.deepEqual(await refusal(requestChange(stage.context, stage.who.alice, { serviceId: stage.serviceId, contacts })), {
        code: "newcomer-unknown",
        role: "tech",
        handle: "zz999999-ovh",
      });
    });
    test("inactive account", async () => {
      await stage.alter("erin", { status: "suspended" });
      assert.deepEqual(await asked("alice", { tech: "erin" }), { code: "newcomer-inactive", role: "tech", handle: stage.who.erin.handle });
      await stage.alter("erin", { status: "closed" });
      assert.equal((await asked("alice", { tech: "erin" })).code, "newcomer-inactive");
      await stage.alter("erin", { status: "active" });
    });
    test("the newcomer's address is not verified", async () => {
      await stage.alter("erin", { email_verified_at: null });
      assert.deepEqual(await asked("alice", { billing: "erin" }), { code: "newcomer-unverified", role: "billing", handle: stage.who.erin.handle });
      await stage.alter("erin", { email_verified_at: 1 });
    });
    test("the requester's address is not verified", async () => {
      await stage.alter("alice", { email_verified_at: null });
      assert.equal((await asked("alice", { tech: "dave" })).code, "asker-unverified");
      await stage.alter("alice", { email_verified_at: 1 });
    });
    test("a role that is not yours to give: the admin contact's handle is told", async () => {
      assert.deepEqual(await asked("bob", { billing: "dave" }), { code: "role-not-yours", role: "billing", adminHandle: stage.who.alice.handle });
      assert.equal((await asked("carol", { tech: "dave" })).code, "role-not-yours");
    });
    test("what is wrong with the newcomer is not told to somebody who may not give the role", async () => {
      const contacts = { admin: "zz999999-ovh" };
      assert.equal((await refusal(requestChange(stage.context, stage.who.bob, { serviceId: stage.serviceId, contacts }))).code, "role-not-yours");
    });
    test("an account without any role gets the same answer as for a service that does not exist", async () => {
      const none = await asked("mallory", { tech: "mallory" });
      const unknown = await asked("mallory", { tech: "mallory" }, 987654);
      assert.deepEqual({ ...none, service: "" }, { ...unknown, service: "" });
      assert.equal(none.code, "service-not-found");
    });
    test("an open request holds the role: which one is said", async () => {
      const service = await stage.addService("held.example", { tech: "bob", billing: "carol" });
      const [id] = await stage.ask("alice", { tech: "dave" }, service);
      assert.deepEqual(await asked("bob", { tech: "erin" }, service), { code: "role-held-by-open-request", role: "tech", id });
    });
    test("service expired", async () => {
      const service = await stage.addService("late.example", {}, { expiresOn: "2026-01-14" });
      assert.equal((await asked("alice", { tech: "dave" }, service)).code, "service-expired");
      const today = await stage.addService("today.example", {}, { expiresOn: "2026-01-15" });
      assert.equal((await stage.ask("alice", { tech: "dave" }, today)).length, 1);
    });
    test("service marked as not changeable", async () => {
      const service = await stage.addService("locked.example");
      await stage.store.write((tx) => tx.db.updateTable("service").set({ contacts_locked: 1 }).where("id", "=", service).execute());
      assert.equal((await asked("alice", { tech: "dave" }, service)).code, "service-not-changeable");
    });
    test("product marked as not changeable", async () => {
      const [domain, ...others] = stage.context.settings.products;
      const products = domain ? [{ ...domain, contactsChangeable: false }, ...others] : [];
      const context = { ...stage.context, settings: { ...stage.context.settings, products } };
      const service = await stage.addService("fixed.example", {}, { product: domain?.path ?? "" });
      const contacts = { tech: stage.who.dave.handle };
      assert.equal((await refusal(requestChange(context, stage.who.alice, { serviceId: service, contacts }))).code, "service-not-changeable");
      assert.equal((await requestChange(stage.context, stage.who.alice, { serviceId: service, contacts })).ids.length, 1);
    });
    test("billing role while the old or the new contact is behind: his debts are told to nobody else", async () => {
      await stage.owes("erin", "2026-01-14");
      assert.deepEqual(await asked("alice", { billing: "erin" }), { code: "newcomer-cannot-take-billing", handle: stage.who.erin.handle });
      const hers = await stage.addService("erins.example", { billing: "erin" });
      assert.deepEqual(await asked("alice", { billing: "dave" }, hers), { code: "holder-cannot-give-billing", handle: stage.who.erin.handle });
      assert.deepEqual(await asked("erin", { billing: "dave" }, hers), { code: "you-are-behind" });
    });
  });

  test("an open request whose time has passed no longer holds its role, though no timer has run", async () => {
    const service = await stage.addService("overdue.example", { tech: "bob" });
    const [old] = await stage.ask("alice", { tech: "dave" }, service);
    stage.clock.advance(days(7));
    const [id] = await stage.ask("alice", { tech: "erin" }, service);
    assert.notEqual(id, old);
    assert.equal((await showRequest(stage.context, stage.who.alice, { id: old ?? 0 })).state, "expired");
  });
});

eachStore("the standing rule", (openStore) => {
  const cases = [
    { policy: "billing", late: "carol", asker: "alice", contacts: { billing: "dave" }, code: "holder-cannot-give-billing" },
    { policy: "billing", late: "dave", asker: "alice", contacts: { billing: "dave" }, code: "newcomer-cannot-take-billing" },
    { policy: "billing", late: "carol", asker: "carol", contacts: { billing: "dave" }, code: "you-are-behind" },
    { policy: "billing", late: "alice", asker: "alice", contacts: { billing: "alice" }, code: "you-are-behind" },
    { policy: "billing", late: "bob", asker: "alice", contacts: { tech: "dave" }, code: undefined },
    { policy: "billing", late: "alice", asker: "alice", contacts: { billing: "dave" }, code: undefined },
    { policy: "any", late: "dave", asker: "alice", contacts: { tech: "dave" }, code: "account-cannot-change-now" },
    { policy: "any", late: "alice", asker: "alice", contacts: { tech: "dave" }, code: "you-are-behind" },
    { policy: "off", late: "carol", asker: "alice", contacts: { billing: "dave" }, code: undefined },
  ] as const;
  for (const { policy, late, asker, contacts, code } of cases) {
    test(`policy ${policy}, ${late} behind, ${asker} asks for ${JSON.stringify(contacts)}: ${code ?? "registered"}`, async () => {
      const stage = await createStage({ standing: policy }, openStore);
      try {
        await stage.owes(late, "2026-01-14");
        if (code) assert.equal((await refusal(stage.ask(asker, contacts))).code, code);
        else assert.equal((await stage.ask(asker, contacts)).length, 1);
      } finally {
        await stage.close();
      }
    });
  }

  test("an invoice that is open but not yet due does not count", async () => {
    const stage = await createStage({}, openStore);
    await stage.owes("carol", "2026-01-15");
    assert.equal((await stage.ask("alice", { billing: "dave" })).length, 1);
    await stage.close();
  });
});

eachStore("asking and cancelling in turn", (openStore) => {
  test("writes to a newcomer ten times a day for each service, and no more", async () => {
    const stage = await createStage({}, openStore);
    const askAndCancel = async (): Promise<void> => {
      const [id] = (await stage.ask("alice", { tech: "dave" })) as [number];
      await cancelChange(stage.context, stage.who.alice, { id });
    };
    for (let i = 0; i < 10; i++) await askAndCancel();
    const letters = (await stage.mails("dave")).length;
    const retryAt = stage.clock.now() + days(1);
    assert.deepEqual(await refusal(askAndCancel()), { code: "asked-too-often", handle: stage.who.dave.handle, retryAt });
    assert.equal((await stage.mails("dave")).length, letters);
    assert.equal((await stage.ask("alice", { tech: "erin" })).length, 1, "somebody else may be asked");
    stage.clock.advance(days(1));
    assert.equal((await stage.ask("alice", { billing: "dave" })).length, 1);
    await stage.close();
  });
});

eachStore("looking accounts up", (openStore) => {
  test("§4: after 30 tries a day nothing more is told of newcomers, not even by twenty questions at once", async () => {
    const stage = await createStage({}, openStore);
    const ask = (i: number) => refusal(requestChange(stage.context, stage.who.alice, { serviceId: stage.serviceId, contacts: { tech: `zz${1000 + i}-ovh` } }));
    for (let i = 0; i < 20; i++) assert.equal((await ask(i)).code, "newcomer-unknown");
    const codes = (await Promise.all(Array.from({ length: 20 }, (_, i) => ask(20 + i)))).map((detail) => detail.code);
    assert.equal(codes.filter((code) => code === "newcomer-unknown").length, 10);
    assert.equal((await refusal(stage.ask("alice", { tech: "dave" }))).code, "too-many-lookups");
    stage.clock.advance(days(1));
    assert.equal((await stage.ask("alice", { tech: "dave" })).length, 1);
    await stage.close();
  });
});
