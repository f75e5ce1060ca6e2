import assert from "node:assert/strict";
import { test } from "node:test";
import { acceptChange } from "../../../src/actions/changes/accept-change.ts";
import { renewCodesOf } from "../../../src/actions/changes/renew-codes.ts";
import { findAccount } from "../../../src/storage/queries/accounts.ts";
import { createStage, refusal } from "../../support/cast.ts";
import { eachStore } from "../../support/each-store.ts";

eachStore("a new address", (openStore) => {
  test("§10: when it is confirmed, open codes die, waiting letters are dropped, new codes go to the new address", async () => {
    const stage = await createStage({}, openStore);
    const [id] = (await stage.ask("alice", { tech: "dave" })) as [number];
    const old = await stage.codeOf("dave", id);
    await stage.alter("dave", { email: "dave@example.org" });
    await stage.store.write(async (tx) => {
      const dave = await findAccount(tx.db, stage.who.dave.id);
      if (dave) await renewCodesOf(stage.context, tx, dave);
    });
    const letters = await stage.store.read
      .selectFrom("outbox")
      .select(["recipient", "state"])
      .where("account_id", "=", stage.who.dave.id)
      .orderBy("recipient")
      .execute();
    assert.deepEqual(letters, [
      { recipient: "dave@example.com", state: "dropped" },
      { recipient: "dave@example.org", state: "waiting" },
    ]);
    assert.equal((await refusal(acceptChange(stage.context, stage.who.dave, { id, code: old }))).code, "code-replaced");
    assert.deepEqual(await acceptChange(stage.context, stage.who.dave, { id, code: await stage.codeOf("dave", id) }), { state: "validatingByCustomers" });
    await stage.close();
  });
});
