import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createLog } from "../src/cli/create-log.ts";
import { StoreUnavailable } from "../src/storage/store.ts";
import { startTimers } from "../src/timers.ts";
import { createStage } from "./support/cast.ts";
import { days } from "./support/clock.ts";

test("time alone expires requests and writes the letters that are due", async (test) => {
  const stage = await createStage();
  test.after(stage.close);
  await stage.addService("due.example", {}, { expiresOn: "2026-02-15" });
  const [id = 0] = await stage.ask("alice", { tech: "dave" });
  stage.clock.advance(days(8));
  const timers = startTimers(stage.context, 60_000);
  await timers.stop();
  const row = await stage.store.read.selectFrom("change_request").select("state").where("id", "=", id).executeTakeFirstOrThrow();
  assert.equal(row.state, "expired");
  const letters = (await stage.mails()).map((mail) => mail.letter);
  assert.equal(letters.filter((letter) => letter === "change-expired").length, 2);
});

test("a chore that fails is logged, tried again, and keeps no other from running", async (test) => {
  const stage = await createStage();
  test.after(stage.close);
  const [id = 0] = await stage.ask("alice", { tech: "dave" });
  stage.clock.advance(days(8));
  const logged: string[] = [];
  let failing = true;
  const context = {
    ...stage.context,
    log: { error: (_facts: unknown, text: string) => logged.push(text) } as unknown as typeof stage.context.log,
    store: {
      ...stage.store,
      write: ((work) => (failing ? Promise.reject(new Error("no disk")) : stage.store.write(work))) as typeof stage.store.write,
    },
  };
  const timers = startTimers(context, 1);
  while (!logged.includes("the chore sendRenewalNotices failed; it is tried again in a minute")) await sleep(5);
  failing = false;
  while ((await stage.store.read.selectFrom("change_request").select("state").where("id", "=", id).executeTakeFirstOrThrow()).state !== "expired")
    await sleep(5);
  await timers.stop();
  assert.ok(logged.length >= 2);
});

test("while the database is away chores are no errors: one line says so and names one of them, and one that it can be used again", async (test) => {
  const stage = await createStage();
  test.after(stage.close);
  const lines: { level: number; msg: string; doing?: string }[] = [];
  const log = createLog("info", { write: (text) => void lines.push(JSON.parse(text) as (typeof lines)[number]) });
  const database = { away: true, writes: 0 };
  const write: typeof stage.store.write = (work) => {
    database.writes += 1;
    return database.away ? Promise.reject(new StoreUnavailable("away")) : stage.store.write(work);
  };
  const timers = startTimers({ ...stage.context, log, store: { ...stage.store, write } }, 1);
  while (database.writes < 20) await sleep(5);
  database.away = false;
  while (lines.length < 2) await sleep(20);
  await timers.stop();
  assert.deepEqual(
    lines.map(({ level, msg }) => [level, msg]),
    [
      [40, "the database could not be used"],
      [30, "the database can be used again"],
    ],
  );
  assert.equal(lines[0]?.doing, "sendRenewalNotices");
});

test("a round never meets the one before it", async (test) => {
  const stage = await createStage();
  test.after(stage.close);
  const seen = { running: 0, most: 0, writes: 0 };
  const context = {
    ...stage.context,
    store: {
      ...stage.store,
      write: (async (work) => {
        seen.running++;
        seen.writes++;
        seen.most = Math.max(seen.most, seen.running);
        await sleep(10);
        try {
          return await stage.store.write(work);
        } finally {
          seen.running--;
        }
      }) as typeof stage.store.write,
    },
  };
  const timers = startTimers(context, 1);
  while (seen.writes < 20) await sleep(5);
  await timers.stop();
  const stoppedAt = seen.writes;
  await sleep(30);
  assert.equal(seen.writes, stoppedAt);
  assert.equal(seen.most, 1);
});
