import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { acceptChange } from "../../../src/actions/changes/accept-change.ts";
import { editOwner } from "../../../src/actions/services/edit-owner.ts";
import { findServiceOf, showService } from "../../../src/actions/services/show-service.ts";
import { createStage, type Name, refusal, type Stage } from "../../support/cast.ts";
import { days } from "../../support/clock.ts";
import { eachStore } from "../../support/each-store.ts";
import { faults } from "../../support/household.ts";

eachStore("§8: a service", (openStore) => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await createStage({}, openStore);
  });
  afterEach(() => stage.close());
  const show = (name: Name) => showService(stage.context, stage.who[name], { id: stage.serviceId });

  test("is shown to its present contacts, with what each may do", async () => {
    assert.deepEqual((await show("alice")).may, { changeRoles: ["admin", "tech", "billing"], editOwner: true });
    assert.deepEqual((await show("bob")).may, { changeRoles: ["tech"], editOwner: false });
    assert.deepEqual((await show("carol")).may, { changeRoles: ["billing"], editOwner: false });
  });
  test("§4: an account without a role gets the same answer as for a service that does not exist", async () => {
    const existing = await refusal(show("mallory"));
    assert.deepEqual(existing, { code: "service-not-found", service: String(stage.serviceId) });
    const missing = await refusal(showService(stage.context, stage.who.mallory, { id: 999 }));
    assert.deepEqual({ ...missing, service: "" }, { ...existing, service: "" });
  });
  test("is found by product and name in any form", async () => {
    const find = (name: Name, typed: string) => findServiceOf(stage.context, stage.who[name], { product: "domain", name: typed });
    assert.equal((await find("bob", "Example.NET.")).id, stage.serviceId);
    assert.deepEqual(await refusal(find("mallory", "example.net")), { code: "service-not-found", service: "example.net" });
    assert.equal((await refusal(find("bob", "no name at all"))).code, "service-not-found");
  });
  test("has a history of its contacts, newest first, that names the request only to those who see it", async () => {
    stage.clock.advance(days(1));
    const [id] = (await stage.ask("alice", { tech: "alice" })) as [number];
    await acceptChange(stage.context, stage.who.alice, { id, code: await stage.codeOf("alice", id) });
    const [newest] = (await show("alice")).history;
    assert.deepEqual(newest, { role: "tech", from: stage.who.bob.handle, to: stage.who.alice.handle, at: stage.clock.now(), requestId: id });
    assert.equal((await show("carol")).history[0]?.requestId, null);
    assert.equal((await refusal(show("bob"))).code, "service-not-found");
  });
  test("is expired from the day after its date", async () => {
    const id = await stage.addService("old.example", {}, { expiresOn: "2026-01-15" });
    const expired = async () => (await showService(stage.context, stage.who.alice, { id })).expired;
    assert.equal(await expired(), false);
    stage.clock.advance(days(1));
    assert.equal(await expired(), true);
  });

  describe("§3: the owner data", () => {
    const owner = { name: " Alice Example ", organisation: "Example BV", address: "Street 1\r\nTown", email: "owner@example.com", phone: "+31 20 555 0100" };
    const edit = (name: Name, id = stage.serviceId) => editOwner(stage.context, stage.who[name], { id, owner });

    test("are changed by the admin, trimmed, and the log says which, not what", async () => {
      await edit("alice");
      assert.deepEqual((await show("bob")).owner, { ...owner, name: "Alice Example", address: "Street 1\nTown" });
      const line = await stage.store.read.selectFrom("audit").selectAll().where("deed", "=", "service.owner-edited").executeTakeFirstOrThrow();
      assert.deepEqual(JSON.parse(line.details_json), { changed: ["name", "organisation", "address", "email", "phone"] });
      assert.equal(line.actor, stage.who.alice.handle);
    });
    test("are not changed by another contact, who is told the admin's handle", async () => {
      assert.deepEqual(await refusal(edit("bob")), { code: "not-admin", adminHandle: stage.who.alice.handle });
      assert.equal((await refusal(edit("mallory"))).code, "service-not-found");
    });
    test("are not changed by an admin who was suspended a moment ago", async () => {
      await stage.alter("alice", { status: "suspended" });
      assert.deepEqual(await refusal(edit("alice")), { code: "account-suspended" });
    });
    test("are not changed where the product does not allow it", async () => {
      const id = await stage.addService("server1", {}, { product: "vps" });
      assert.equal((await refusal(edit("alice", id))).code, "owner-not-editable");
    });
    test("§10: stay as they are for 24 h after a password reset by mail", async () => {
      const until = stage.clock.now() + days(1);
      await stage.alter("alice", { asking_blocked_until: until });
      assert.deepEqual(await refusal(edit("alice")), { code: "asker-blocked-after-reset", until });
      stage.clock.advance(days(1));
      assert.equal((await edit("alice")).name, "Alice Example");
    });
    test("are checked field by field", async () => {
      const wrong = { name: " ", organisation: "a\u0007b", address: "x".repeat(501), email: "nobody", phone: "1".repeat(41) };
      const fields = await faults(editOwner(stage.context, stage.who.alice, { id: stage.serviceId, owner: wrong }));
      assert.deepEqual(Object.keys(fields).sort(), ["address", "email", "name", "organisation", "phone"]);
    });
  });
});
