import assert from "node:assert/strict";
import { test } from "node:test";
import { importAccounts } from "../../src/actions/import/import-accounts.ts";
import { importServices } from "../../src/actions/import/import-services.ts";
import type { ServiceRecord } from "../../src/actions/import/records.ts";
import { createStage, type Name, type Stage } from "../support/cast.ts";
import { statementCounter } from "../support/count-statements.ts";
import { eachStore } from "../support/each-store.ts";

eachStore("an import over what exists", (openStore) => {
  const stageFor = async (test: { after(work: () => Promise<void>): void }): Promise<Stage> => {
    const stage = await createStage({}, openStore);
    test.after(stage.close);
    return stage;
  };
  const bring = (stage: Stage, contacts: Partial<Record<"admin" | "tech" | "billing", Name>>, options: { update: boolean; contacts: boolean }) => {
    const handles = Object.fromEntries(Object.entries(contacts).map(([role, name]) => [role, stage.who[name].handle]));
    const record = { product: "domain", name: "example.net", contacts: handles as ServiceRecord["contacts"] };
    return stage.store.write((tx) => importServices(stage.context, tx, { kind: "operator", source: "test" }, [record], options));
  };
  const stateOf = async (stage: Stage, id: number) =>
    stage.store.read.selectFrom("change_request").select(["state", "reason"]).where("id", "=", id).executeTakeFirstOrThrow();

  test("ends the open requests on the roles that move as error, and tells those who were asked", async (test) => {
    const stage = await stageFor(test);
    const [tech = 0] = await stage.ask("alice", { tech: "dave" });
    const [billing = 0] = await stage.ask("carol", { billing: "erin" });
    await bring(stage, { admin: "alice", tech: "erin", billing: "carol" }, { update: true, contacts: true });
    assert.deepEqual(await stage.contacts(), { admin: "alice", tech: "erin", billing: "carol" });
    assert.deepEqual(await stateOf(stage, tech), { state: "error", reason: "contacts-imported" });
    assert.equal((await stateOf(stage, billing)).state, "validatingByCustomers");
    const told = (await stage.mails()).filter((mail) => mail.letter === "change-failed").map((mail) => mail.to);
    assert.deepEqual(told.toSorted(), ["alice", "dave"]);
  });

  test("ends what was asked by the right of an admin whom the file replaces", async (test) => {
    const stage = await stageFor(test);
    const [id = 0] = await stage.ask("alice", { tech: "dave" });
    await bring(stage, { admin: "erin" }, { update: true, contacts: true });
    assert.deepEqual(await stateOf(stage, id), { state: "error", reason: "asker-lost-right" });
  });

  test("leaves contacts and requests alone without --contacts", async (test) => {
    const stage = await stageFor(test);
    const [id = 0] = await stage.ask("alice", { tech: "dave" });
    const imported = await bring(stage, { admin: "erin", tech: "erin" }, { update: true, contacts: false });
    assert.deepEqual(imported, { added: 0, changed: 0, same: 1 });
    assert.equal((await stateOf(stage, id)).state, "validatingByCustomers");
    assert.deepEqual(await stage.contacts(), { admin: "alice", tech: "bob", billing: "carol" });
  });

  test("is refused where a service has come into being since the file was checked", async (test) => {
    const stage = await stageFor(test);
    await assert.rejects(bring(stage, { admin: "alice" }, { update: false, contacts: false }), { name: "ImportOutdated" });
  });

  test("sends new codes to an account's new confirmed address: the old ones are dead", async (test) => {
    const stage = await stageFor(test);
    const [id = 0] = await stage.ask("alice", { tech: "dave" });
    const before = await stage.codeOf("dave", id);
    const record = { handle: stage.who.dave.handle, name: "Dave Example", email: "new@example.com", verified: true };
    await stage.store.write((tx) => importAccounts(stage.context, tx, [record], { update: true, contacts: false }));
    assert.notEqual(await stage.codeOf("dave", id), before);
    assert.equal((await stage.mails("dave")).filter((mail) => mail.state === "dropped").length, 1);
  });

  test("a full batch of services, with three contacts each, costs nine statements", async (test) => {
    const stage = await stageFor(test);
    const counter = statementCounter();
    const contacts = { admin: stage.who.alice.handle, tech: stage.who.bob.handle, billing: stage.who.carol.handle };
    const records = Array.from({ length: 1024 }, (_, n): ServiceRecord => ({ product: "domain", name: `shop-${n}.example`, contacts }));
    const options = { update: false, contacts: false };
    const imported = await stage.store.write((tx) =>
      importServices(stage.context, { ...tx, db: tx.db.withPlugin(counter.plugin) }, { kind: "operator", source: "test" }, records, options),
    );
    assert.deepEqual(imported, { added: 1024, changed: 0, same: 0 });
    assert.equal(counter.count(), 9, "accounts, services, memberships (3), counts, beginnings (3)");
    const counted = await stage.store.read
      .selectFrom("membership")
      .where("account_id", "=", stage.who.bob.id)
      .select(({ fn }) => fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    assert.equal(counted.n, 1025);
  });
});
