import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkRight, checkRights } from "../../../src/actions/services/check-right.ts";
import { type Deed, deeds } from "../../../src/domain/right.ts";
import { createStage, type Name, type Stage } from "../../support/cast.ts";
import { countStatements } from "../../support/count-statements.ts";
import { eachStore } from "../../support/each-store.ts";

eachStore("§10: may this account do this?", (openStore) => {
  let stage: Stage;
  before(async () => {
    stage = await createStage({}, openStore);
  });
  after(() => stage.close());
  const question = (name: Name, deed: Deed, service = "example.net") => ({ handle: stage.who[name].handle, deed, product: "domain", name: service });
  const allowed = async (name: Name) => {
    const verdicts = await checkRights(
      stage.context,
      deeds.map((deed) => question(name, deed)),
    );
    return deeds.filter((_, at) => verdicts[at]?.allowed);
  };

  test("admin: administer and run; tech: run; billing: pay; others nothing", async () => {
    assert.deepEqual(await allowed("alice"), ["administer", "run"]);
    assert.deepEqual(await allowed("bob"), ["run"]);
    assert.deepEqual(await allowed("carol"), ["pay"]);
    assert.deepEqual(await allowed("mallory"), []);
  });
  test("the answer has its reason", async () => {
    assert.deepEqual(await checkRight(stage.context, question("bob", "run")), { allowed: true, reason: "tech" });
    assert.deepEqual(await checkRight(stage.context, question("bob", "pay")), { allowed: false, reason: "other-role" });
    assert.deepEqual(await checkRight(stage.context, question("mallory", "run")), { allowed: false, reason: "no-role" });
  });
  test("what is unknown has no role", async () => {
    for (const unknown of [{ handle: "zz999999-ovh" }, { handle: "?" }, { product: "boats" }, { name: "other.example" }, { name: "" }]) {
      assert.deepEqual(await checkRight(stage.context, { ...question("alice", "run"), ...unknown }), { allowed: false, reason: "no-role" });
    }
  });
  test("handles and names are taken in any form", async () => {
    const verdict = await checkRight(stage.context, { handle: stage.who.bob.handle.toUpperCase(), deed: "run", product: "domain", name: "EXAMPLE.net" });
    assert.equal(verdict.allowed, true);
  });
  test("a suspended or closed account does nothing", async () => {
    for (const status of ["suspended", "closed"] as const) {
      await stage.alter("bob", { status });
      assert.deepEqual(await checkRight(stage.context, question("bob", "run")), { allowed: false, reason: "account-inactive" });
    }
    await stage.alter("bob", { status: "active" });
  });
  test("a thousand at once cost one statement, and more are not taken", async () => {
    const names = ["alice", "bob", "carol", "mallory"] as const;
    const many = Array.from({ length: 1000 }, (_, n) => question(names[n % 4] as Name, "run", n % 5 ? "example.net" : `no${n}.example`));
    const counted = countStatements(stage.context);
    const verdicts = await checkRights(counted.context, many);
    assert.equal(counted.count(), 1);
    assert.equal(verdicts.filter((verdict) => verdict.allowed).length, 400);
    await assert.rejects(checkRights(stage.context, [...many, question("bob", "run")]), RangeError);
    assert.deepEqual(await checkRights(stage.context, []), []);
  });
});
