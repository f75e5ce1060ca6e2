import assert from "node:assert/strict";
import { test } from "node:test";
import { openPostgresStore } from "../support/each-store.ts";
import { inPostOffice } from "./post-office.ts";

test("a letter whose row somebody holds keeps no other from being noted or delivered", () =>
  inPostOffice(async (office) => {
    const [held, letGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const id = await office.write();
    let holder: Promise<void> | undefined;
    // While it is under way, so that its delivery is what cannot be noted.
    office.sink.onMessage = async ({ mail }) => {
      if (!mail.messageId?.includes(id)) return undefined;
      holder = office.store.write(async (tx) => {
        await tx.db.selectFrom("outbox").select("id").where("id", "=", id).forUpdate().execute();
        held.resolve();
        await letGo.promise;
      });
      await held.promise;
      return undefined;
    };
    const outbox = office.work();
    await held.promise;
    try {
      const other = await office.write();
      outbox.wake();
      await office.waitFor(other, "sent");
      assert.equal((await office.row(id)).state, "sending");
    } finally {
      letGo.resolve();
      await holder;
    }
    await office.waitFor(id, "sent");
    assert.equal(office.sink.received.length, 2);
  }, openPostgresStore));
