import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { pino } from "pino";
import { expireChanges } from "../../../src/actions/changes/expire-changes.ts";
import { remindApprovers } from "../../../src/actions/changes/remind-approvers.ts";
import { createStage, type Stage } from "../../support/cast.ts";
import { days } from "../../support/clock.ts";
import { eachStore } from "../../support/each-store.ts";

/** More than are taken at a time. */
const many = 120;

eachStore("requests of which some always fail", (openStore) => {
  let stage: Stage;
  let good: number;
  let bad: number[];
  let lines: string[];
  const context = () => ({ ...stage.context, log: pino({ level: "warn" }, { write: (line: string) => lines.push(line) }) });

  beforeEach(async () => {
    stage = await createStage({}, openStore);
    lines = [];
    [good = 0] = await stage.ask("alice", { tech: "dave" });
    bad = await stage.store.write(async (tx) => {
      const { id: _, ...row } = await tx.db.selectFrom("change_request").selectAll().where("id", "=", good).executeTakeFirstOrThrow();
      // All at one moment, before the good one.
      const before = { ...row, expires_at: row.expires_at - 1, remind_at: Number(row.remind_at) - 1 };
      const rows = await tx.db
        .insertInto("change_request")
        .values(Array.from({ length: many }, () => before))
        .returning("id")
        .execute();
      const approval = { account_id: stage.who.mallory.id, serial: 1, code_hash: "", sent_at: 0, sent_to: "" };
      // Of somebody whom the request does not know.
      await tx.db
        .insertInto("approval")
        .values(rows.map(({ id }) => ({ ...approval, request_id: id })))
        .execute();
      return rows.map(({ id }) => id);
    });
  });
  afterEach(() => stage.close());

  const assertTold = (chore: string): void => {
    const told = lines.map((line) => JSON.parse(line) as { level: number; chore: string; failed: number[] });
    assert.deepEqual(
      told.flatMap(({ failed }) => failed).toSorted((a, b) => a - b),
      bad,
    );
    assert.ok(told.every((line) => line.chore === chore && line.level === 50));
    assert.ok(lines.length <= 2, "one line for a batch");
  };

  test("keep no other from expiring, and are told of", async () => {
    stage.clock.advance(days(7));
    assert.equal(await expireChanges(context()), 1);
    const { state } = await stage.store.read.selectFrom("change_request").select("state").where("id", "=", good).executeTakeFirstOrThrow();
    assert.equal(state, "expired");
    assertTold("expireChanges");
  });

  test("keep no other from being reminded of, and are told of", async () => {
    stage.clock.advance(days(5));
    assert.equal(await remindApprovers(context()), 1);
    const reminders = (await stage.mails()).filter((mail) => mail.letter === "change-reminder");
    assert.deepEqual(new Set(reminders.map((mail) => mail.requestId)), new Set([good]));
    assertTold("remindApprovers");
  });
});
