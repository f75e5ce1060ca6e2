import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { type Role, rolesOf } from "../../../src/domain/role.ts";
import { moveRoles } from "../../../src/storage/queries/memberships.ts";
import { lockService } from "../../../src/storage/queries/services.ts";
import { createStage, type Name, names, type Stage } from "../../support/cast.ts";
import { eachStore } from "../../support/each-store.ts";

eachStore("moving roles", (openStore) => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await createStage({}, openStore);
  });
  afterEach(() => stage.close());

  const move = (moves: Partial<Record<Role, Name>>) =>
    stage.store.write(async (tx) => {
      const service = await lockService(tx.db, stage.serviceId);
      assert.ok(service);
      const list = Object.entries(moves).map(([role, name]) => ({ role: role as Role, to: stage.who[name].id }));
      return moveRoles(tx, service, list, null);
    });
  const nameOf = (id: number | null) => names.find((name) => stage.who[name].id === id);
  const memberships = async () => {
    const rows = await stage.store.read.selectFrom("membership").selectAll().orderBy("account_id").execute();
    return rows.map((row) => `${nameOf(row.account_id)}: ${rolesOf(row.roles).join(" ")}`);
  };
  const counts = async () => {
    const rows = await stage.store.read.selectFrom("membership_count").selectAll().where("services", ">", 0).orderBy("account_id").execute();
    return rows.map((row) => `${nameOf(row.account_id)}: ${row.services}`);
  };
  const sees = async (name: Name) => {
    const rows = await stage.store.read.selectFrom("request_party").selectAll().where("account_id", "=", stage.who[name].id).orderBy("request_id").execute();
    return rows.map((row) => row.request_id);
  };

  test("changes the service, the memberships and their counts", async () => {
    const service = await move({ tech: "dave", billing: "alice" });
    assert.deepEqual([nameOf(service.admin_id), nameOf(service.tech_id), nameOf(service.billing_id)], ["alice", "dave", "alice"]);
    assert.deepEqual(await memberships(), ["alice: admin billing", "dave: tech"]);
    assert.deepEqual(await counts(), ["alice: 1", "dave: 1"]);
  });
  test("can exchange all three roles at once", async () => {
    await move({ admin: "bob", tech: "carol", billing: "alice" });
    assert.deepEqual(await memberships(), ["alice: billing", "bob: admin", "carol: tech"]);
    assert.deepEqual(await counts(), ["alice: 1", "bob: 1", "carol: 1"]);
  });
  test("writes the history; a role that stays leaves no trace", async () => {
    await move({ tech: "dave", billing: "carol" });
    const moves = await stage.store.read.selectFrom("contact_move").selectAll().where("from_id", "is not", null).execute();
    assert.deepEqual(
      moves.map((row) => [row.role, nameOf(row.from_id), nameOf(row.to_id), row.at]),
      [["tech", "bob", "dave", stage.clock.now()]],
    );
  });
  test("§10: the present admin sees every request of the service, a former one only those in which he has a part", async () => {
    const [hers] = (await stage.ask("alice", { tech: "dave" })) as [number];
    const [theirs] = (await stage.ask("carol", { billing: "dave" })) as [number];
    assert.deepEqual(await sees("alice"), [hers, theirs]);
    await move({ admin: "erin" });
    assert.deepEqual(await sees("alice"), [hers]);
    assert.deepEqual(await sees("erin"), [hers, theirs]);
    await move({ admin: "bob" });
    assert.deepEqual(await sees("erin"), []);
    assert.deepEqual(await sees("bob"), [hers, theirs], "of one he is the replaced contact, for ever");
    await move({ admin: "alice" });
    assert.deepEqual(await sees("bob"), [hers]);
    assert.deepEqual(await sees("alice"), [hers, theirs]);
  });
});
