import assert from "node:assert/strict";
import { test } from "node:test";
import { acceptChange } from "../../../src/actions/changes/accept-change.ts";
import { cancelChange } from "../../../src/actions/changes/cancel-change.ts";
import { remindApprovers } from "../../../src/actions/changes/remind-approvers.ts";
import { createStage } from "../../support/cast.ts";
import { days } from "../../support/clock.ts";
import { eachStore } from "../../support/each-store.ts";

eachStore("reminders", (openStore) => {
  test("§6, §7 reminder: once, two days before the end, to those who have not answered", async () => {
    const stage = await createStage({}, openStore);
    const [id] = (await stage.ask("alice", { tech: "dave" })) as [number];
    await acceptChange(stage.context, stage.who.dave, { id, code: await stage.codeOf("dave", id) });
    stage.clock.advance(days(5) - 1);
    assert.equal(await remindApprovers(stage.context), 0);
    stage.clock.advance(1);
    assert.equal(await remindApprovers(stage.context), 1);
    assert.equal(await remindApprovers(stage.context), 0);
    const reminders = (await stage.mails()).filter((mail) => mail.letter === "change-reminder");
    assert.deepEqual(
      reminders.map((mail) => mail.to),
      ["alice"],
    );
    await stage.close();
  });

  test("§10: none where requests live two days or less; none for what is closed or past", async () => {
    const short = await createStage({ requestDays: 2 }, openStore);
    await short.ask("alice", { tech: "dave" });
    short.clock.advance(days(1));
    assert.equal(await remindApprovers(short.context), 0);
    await short.close();

    const stage = await createStage({}, openStore);
    const [id] = (await stage.ask("alice", { tech: "dave" })) as [number];
    await cancelChange(stage.context, stage.who.alice, { id });
    await stage.ask("alice", { billing: "dave" });
    stage.clock.advance(days(7));
    assert.equal(await remindApprovers(stage.context), 0);
    await stage.close();
  });

  test("a reminder that still waits is dropped when its request closes: nobody is reminded of what is over", async () => {
    const stage = await createStage({}, openStore);
    const [id] = (await stage.ask("alice", { tech: "dave" })) as [number];
    stage.clock.advance(days(5));
    await remindApprovers(stage.context);
    await cancelChange(stage.context, stage.who.alice, { id });
    const reminders = (await stage.mails()).filter((mail) => mail.letter === "change-reminder");
    assert.deepEqual(
      reminders.map((mail) => mail.state),
      ["dropped", "dropped"],
    );
    await stage.close();
  });
});
