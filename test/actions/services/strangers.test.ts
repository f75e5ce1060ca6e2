import assert from "node:assert/strict";
import { test } from "node:test";
import { editOwner } from "../../../src/actions/services/edit-owner.ts";
import { setRenewal } from "../../../src/actions/services/set-renewal.ts";
import type { Context } from "../../../src/context.ts";
import { createStage } from "../../support/cast.ts";

/** A context whose transactions are kept although they fail, so that it can be seen what they did until then. */
function keepingAll(context: Context): Context {
  const write: Context["store"]["write"] = async (work) => {
    const end = await context.store.write(async (tx) => {
      const [done] = await Promise.allSettled([work(tx)]);
      return done;
    });
    if (end.status === "rejected") throw end.reason;
    return end.value;
  };
  const store = new Proxy(context.store, { get: (real, name) => (name === "write" ? write : Reflect.get(real, name, real)) as unknown });
  return { ...context, store };
}

test("whoever has no role on a service does not lock it by naming it", async () => {
  const stage = await createStage();
  try {
    const context = keepingAll(stage.context);
    const { serviceId: id, who } = stage;
    const row = () => stage.store.read.selectFrom("service").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
    const before = await row();
    const refused = { detail: { code: "service-not-found", service: String(id) } };
    await assert.rejects(setRenewal(context, who.mallory, { id, renewal: "manual" }), refused);
    await assert.rejects(editOwner(context, who.mallory, { id, owner: { name: "Mallory" } }), refused);
    assert.deepEqual(await row(), before);
    await setRenewal(context, who.alice, { id, renewal: "manual" });
    assert.ok((await row()).version > before.version);
  } finally {
    await stage.close();
  }
});
