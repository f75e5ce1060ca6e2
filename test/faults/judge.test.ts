import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Zeros } from "../../faults/part.ts";
import { openDatabase, openFleet } from "../../faults/support/fleet.ts";
import { benchSecrets, furnish } from "../../faults/support/furnish.ts";
import { type Judgement, judge } from "../../faults/support/judge.ts";
import { Ledger } from "../../faults/support/ledger.ts";
import { startLoad } from "../../faults/support/load.ts";
import { openMailSink } from "../../faults/support/mail-sink.ts";
import { type Arrived, letterIdOf } from "../../faults/support/postbag.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import type { Store } from "../../src/storage/store.ts";
import type { Queryable } from "../../src/storage/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const none: Zeros = { writesLost: 0, movedWithoutConsent: 0, codesUsedTwice: 0, mailsLost: 0, mailsMadeUp: 0 };

/** One true story on a real server, of which each test tells the judge a false version. */
suite("the judge of the fault bench", () => {
  let folder: { folder: string; remove: () => Promise<void> };
  let store: Store;
  let ledger: Ledger;
  let received: readonly Arrived[];

  before(async () => {
    folder = await temporaryFolder();
    const sink = await openMailSink();
    const where = { folder: folder.folder, database: { kind: "sqlite" } } as const;
    const fleet = await openFleet({ ...where, nodes: 1, smtpUrl: sink.url });
    store = await openDatabase(where);
    try {
      await store.migrate();
      const cast = await furnish(store, benchSecrets, { services: 12, accounts: 6 });
      await fleet.start(0);
      let seed = 1;
      const load = startLoad({ url: fleet.url, cast, sink, random: () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647, lanes: 6 });
      await untilHappened(store, load.ledger);
      await load.stop();
      assert.deepEqual((await judge(store, load.ledger, sink.received)).zeros, none);
      ({ ledger } = load);
      received = sink.received;
    } finally {
      await fleet.close();
      await sink.close();
    }
  });

  after(async () => {
    await store.close();
    await folder.remove();
  });

  /** Judges a copy of the true database in which something was changed. */
  async function judged(tamper: (db: Queryable) => Promise<unknown>, letters = received, said = ledger): Promise<Judgement> {
    const file = join(folder.folder, `${randomUUID()}.db`);
    await store.backup(file);
    const copy = await openSqlite({ file, clock: Date.now });
    try {
      await copy.write(({ db }) => tamper(db));
      return await judge(copy, said, letters, { patience: 0 });
    } finally {
      await copy.close();
    }
  }

  /** The newest: no role that it moved has moved since. */
  const someDone = (db: Queryable) => db.selectFrom("change_request").selectAll().where("state", "=", "done").orderBy("id", "desc").executeTakeFirstOrThrow();
  const someEnded = (db: Queryable) =>
    db.selectFrom("change_request").selectAll().where("state", "in", ["refused", "aborted", "error"]).orderBy("id").executeTakeFirstOrThrow();
  /** Somebody was told that it had ended, and not by its time. */
  const seenToEnd = (): number => [...ledger.ended].find(([, state]) => state !== "expired")?.[0] ?? assert.fail("nobody saw a request end");
  const otherThan = async (db: Queryable, account: number): Promise<number> =>
    (await db.selectFrom("account").select("id").where("id", "!=", account).executeTakeFirstOrThrow()).id;
  const nothing = (): Promise<void> => Promise.resolve();

  test("finds nothing in the true story", async () => {
    const { zeros, faults, counted } = await judged(nothing);
    assert.deepEqual(zeros, none);
    assert.deepEqual(faults, []);
    assert.ok(counted.acknowledged >= 10);
  });

  test("holds nothing of a run in which nothing was acknowledged", async () => {
    assert.match((await judged(nothing, received, new Ledger())).faults.join(), /no write was acknowledged/);
  });

  test("finds an acknowledged answer that is gone", async () => {
    const { zeros } = await judged((db) => db.updateTable("approval").set({ answer: null }).where("answer", "=", "refused").execute());
    assert.ok(zeros.writesLost > 0);
  });

  test("finds an acknowledged request that is gone", async () => {
    const { zeros } = await judged(async (db) => {
      const { id, asker_id } = await someDone(db);
      await db
        .updateTable("change_request")
        .set({ asker_id: await otherThan(db, asker_id) })
        .where("id", "=", id)
        .execute();
    });
    assert.ok(zeros.writesLost > 0);
  });

  test("finds a kept answer that is gone", async () => {
    const { zeros } = await judged((db) => db.deleteFrom("api_answer").execute());
    assert.equal(zeros.writesLost, ledger.acknowledged().length);
  });

  test("finds a final state that did not stay", async () => {
    const { zeros } = await judged(async (db) => db.updateTable("change_request").set({ state: "expired" }).where("id", "=", seenToEnd()).execute());
    assert.ok(zeros.writesLost > 0);
  });

  test("finds a move that is gone from the log", async () => {
    const { zeros } = await judged(async (db) =>
      db
        .deleteFrom("contact_move")
        .where("request_id", "=", (await someDone(db)).id)
        .execute(),
    );
    assert.ok(zeros.writesLost > 0);
    assert.ok(zeros.movedWithoutConsent > 0);
  });

  test("finds a role that moved without a request", async () => {
    const { zeros } = await judged(async (db) => {
      const service = await db.selectFrom("service").selectAll().orderBy("id").executeTakeFirstOrThrow();
      const other = await otherThan(db, service.tech_id);
      await db.updateTable("service").set({ tech_id: other }).where("id", "=", service.id).execute();
      const move = { service_id: service.id, role: "tech", from_id: service.tech_id, to_id: other, at: 1, request_id: null } as const;
      await db.insertInto("contact_move").values(move).execute();
    });
    assert.equal(zeros.movedWithoutConsent, 1);
  });

  test("finds a contact that is not what the log says", async () => {
    const { zeros } = await judged(async (db) => {
      const service = await db.selectFrom("service").selectAll().orderBy("id").executeTakeFirstOrThrow();
      await db
        .updateTable("service")
        .set({ admin_id: await otherThan(db, service.admin_id) })
        .where("id", "=", service.id)
        .execute();
    });
    assert.equal(zeros.movedWithoutConsent, 1);
  });

  test("finds a change that one side has not accepted", async () => {
    const { zeros } = await judged(async (db) => {
      const { id, asker_id } = await someDone(db);
      await db.updateTable("approval").set({ answer: null }).where("request_id", "=", id).where("account_id", "=", asker_id).execute();
    });
    assert.equal(zeros.movedWithoutConsent, 1);
  });

  test("finds an acceptance that nobody has sent", async () => {
    const { zeros } = await judged(nothing, received, withoutAnswersTo(ledger, (await someDone(store.read)).id));
    assert.ok(zeros.movedWithoutConsent > 0);
  });

  test("finds a code that was spent twice, by the log or by the answers", async () => {
    const spent = await judged(async (db) => {
      const { id: _, ...row } = await db.selectFrom("audit").selectAll().where("deed", "=", "approval.accepted").limit(1).executeTakeFirstOrThrow();
      await db.insertInto("audit").values(row).execute();
    });
    assert.equal(spent.zeros.codesUsedTwice, 1);
    const twice = new Ledger();
    twice.entries.push(
      ...ledger.entries,
      ...ledger
        .acknowledged()
        .filter(({ deed }) => deed.kind === "accepted")
        .slice(0, 1),
    );
    assert.equal((await judged(nothing, received, twice)).zeros.codesUsedTwice, 1);
  });

  test("finds a letter that did not arrive", async () => {
    const sent = await store.read.selectFrom("outbox").select("id").where("state", "=", "sent").executeTakeFirstOrThrow();
    const others = received.filter((letter) => letterIdOf(letter) !== sent.id);
    assert.equal((await judged(nothing, others)).zeros.mailsLost, 1);
  });

  test("finds a letter that was never written", async () => {
    const { zeros } = await judged(async (db) => {
      const { id, asker_id } = await someDone(db);
      const row = await db
        .selectFrom("outbox")
        .select("id")
        .where("request_id", "=", id)
        .where("letter", "=", "change-done")
        .where("account_id", "=", asker_id)
        .executeTakeFirstOrThrow();
      await db.deleteFrom("outbox").where("id", "=", row.id).execute();
    });
    assert.equal(zeros.mailsLost, 1);
    assert.equal(zeros.mailsMadeUp, 1, "and it arrived without having been written");
  });

  test("finds a code whose letter was dropped while its request is open", async () => {
    const { zeros } = await judged(async (db) => {
      const { id } = await someEnded(db);
      await db.updateTable("change_request").set({ state: "validatingByCustomers" }).where("id", "=", id).execute();
      await db.updateTable("outbox").set({ state: "dropped" }).where("request_id", "=", id).where("letter", "=", "change-requested").execute();
    });
    assert.ok(zeros.mailsLost > 0);
  });

  test("finds a letter that nobody wrote, one that tells what did not happen, and one to somebody else", async () => {
    const invented = { to: "player1@players.example", mail: { messageId: "<0011@contacts.bench.example>" } };
    assert.equal((await judged(nothing, [...received, invented])).zeros.mailsMadeUp, 1);
    const untrue = await judged(async (db) => {
      const { id } = await someEnded(db);
      const row = await db.selectFrom("outbox").select("id").where("request_id", "=", id).orderBy("id", "desc").executeTakeFirstOrThrow();
      await db.updateTable("outbox").set({ letter: "change-done" }).where("id", "=", row.id).execute();
    });
    assert.ok(untrue.zeros.mailsMadeUp > 0);
    const [first, ...others] = received;
    assert.ok(first);
    assert.equal((await judged(nothing, [{ ...first, to: "mallory@example.com" }, ...others])).zeros.mailsMadeUp, 1);
  });

  test("finds rows that do not add up", async () => {
    const counted = await judged((db) => db.updateTable("membership_count").set({ services: 99 }).execute());
    assert.match(counted.faults.join("\n"), /counts 99 services/);
    const held = await judged(async (db) => {
      const { id, service_id } = await someDone(db);
      await db.deleteFrom("open_role").where("service_id", "=", service_id).execute();
      await db.insertInto("open_role").values({ service_id, role: "tech", request_id: id }).execute();
    });
    assert.match(held.faults.join("\n"), /holds 1 roles/);
  });

  test("finds a refused call that was carried out all the same", async () => {
    const said = new Ledger();
    const [done] = ledger.acknowledged();
    said.entries.push(...ledger.entries.map((entry) => (entry === done ? { ...entry, answer: { status: 409, body: {}, at: 0 } } : entry)));
    assert.match((await judged(nothing, received, said)).faults.join("\n"), /was carried out, and answered after/);
  });
});

/** Until there is something of everything that the tests change. */
async function untilHappened({ read }: Store, { ended }: Ledger): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    const states = (await read.selectFrom("change_request").select("state").execute()).map((row) => row.state);
    const refused = await read.selectFrom("approval").select("id").where("answer", "=", "refused").executeTakeFirst();
    const seen = [...ended.values()];
    if (states.length >= 20 && seen.includes("done") && seen.some((state) => state !== "done") && refused) return;
    assert.ok(Date.now() < until, `only this happened: ${states.join(", ")}`);
    await sleep(50);
  }
}

/** As if nobody had answered this request. */
function withoutAnswersTo(ledger: Ledger, request: number): Ledger {
  const left = new Ledger();
  left.entries.push(...ledger.entries.filter(({ deed }) => (deed.kind !== "accepted" && deed.kind !== "refused") || deed.request !== request));
  return left;
}
