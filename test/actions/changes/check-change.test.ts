import assert from "node:assert/strict";
import { test } from "node:test";
import { checkChange } from "../../../src/actions/changes/check-change.ts";
import { createStage, refusal } from "../../support/cast.ts";
import { eachStore } from "../../support/each-store.ts";

eachStore("looking before asking", (openStore) => {
  test("says for each role what would happen or what forbids it, and asks nothing", async () => {
    const stage = await createStage({}, openStore);
    const { alice, bob, carol, dave } = stage.who;
    await stage.owes("carol", "2026-01-01");
    const checks = await checkChange(stage.context, alice, {
      serviceId: stage.serviceId,
      contacts: { admin: alice.handle, tech: dave.handle, billing: alice.handle },
    });
    const [tech, billing] = checks;
    assert.equal(checks.length, 2, "a role named with its holder is no change");
    assert.ok(tech && "to" in tech);
    assert.deepEqual([tech.from.handle, tech.to.handle], [bob.handle, dave.handle]);
    assert.deepEqual(
      tech.approvers.map((person) => person.handle),
      [alice.handle, dave.handle],
    );
    assert.deepEqual(
      tech.told.map((person) => person.handle),
      [bob.handle],
    );
    assert.deepEqual(billing, { role: "billing", refused: { code: "holder-cannot-give-billing", handle: carol.handle } });
    assert.deepEqual(await stage.mails(), []);
    assert.deepEqual(await stage.store.read.selectFrom("change_request").selectAll().execute(), []);
    await stage.close();
  });

  test("tells somebody without a role no more than that the service does not exist, and counts what it tells of newcomers", async () => {
    const stage = await createStage({}, openStore);
    const check = (name: "mallory" | "alice", handle: string) =>
      checkChange(stage.context, stage.who[name], { serviceId: stage.serviceId, contacts: { tech: handle } });
    assert.equal((await refusal(check("mallory", stage.who.dave.handle))).code, "service-not-found");
    for (let i = 0; i < 30; i++) await check("alice", `zz${1000 + i}-ovh`);
    assert.deepEqual((await check("alice", "zz9999-ovh"))[0], { role: "tech", refused: { code: "too-many-lookups", retryAt: stage.clock.now() + 86_400_000 } });
    await stage.close();
  });
});
