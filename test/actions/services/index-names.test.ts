import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { sql } from "kysely";
import { indexNames } from "../../../src/actions/services/index-names.ts";
import { listServices } from "../../../src/actions/services/list-services.ts";
import { insertServices } from "../../../src/storage/queries/insert-services.ts";
import { countSearched } from "../../../src/storage/queries/searched-names.ts";
import type { Transaction } from "../../../src/storage/store.ts";
import { createStage, type Stage } from "../../support/cast.ts";
import { countStatements } from "../../support/count-statements.ts";
import { eachStore } from "../../support/each-store.ts";

eachStore("the index of names", (openStore) => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await createStage({}, openStore);
  });
  afterEach(() => stage.close());

  const add = ({ db }: Transaction, first: number, count: number) => {
    const { id } = stage.who.erin;
    const contacts = { admin_id: id, tech_id: id, billing_id: id };
    const row = (n: number) => ({ ...contacts, product: "domain", name: `shop-${n}.example`, created_on: "2025-01-15", renewal: "manual" as const });
    const rows = Array.from({ length: count }, (_, n) => ({ ...row(first + n), owner_json: "{}", arrived_at: 1, removed_at: null }));
    return insertServices(db, rows);
  };
  const fill = async (count: number) => {
    for (let first = 0; first < count; first += 1000) await stage.store.write((tx) => add(tx, first, Math.min(1000, count - first)));
  };
  const search = async (text: string) => (await listServices(stage.context, stage.who.erin, { search: text })).rows.map((row) => row.name);
  const indexed = async () => {
    const names = sql.table(stage.store.engine === "sqlite" ? "searched_part" : "searched_name");
    return Number((await sql<{ n: number }>`select count(*) as n from ${names}`.execute(stage.store.read)).rows[0]?.n);
  };

  test("has no account with fewer than 2,000 services", async () => {
    await fill(1999);
    assert.equal(await indexNames(stage.context), 0);
    assert.equal(await indexed(), 0);
  });
  test("takes an account in whole when it has grown to 2,000, and keeps it from then on", async () => {
    await fill(2000);
    assert.equal(await indexed(), 0, "no request pays for it");
    assert.equal(await indexNames(stage.context), 1);
    assert.equal(await countSearched(stage.store.read, stage.who.erin.id), 2000);
    assert.equal(await indexed(), 2000);
    await stage.addService("late.example", { admin: "erin" });
    assert.equal(await indexed(), 2001);
    assert.deepEqual(await search("late"), ["late.example"]);
    assert.equal(await indexNames(stage.context), 0);
  });
  test("a search costs one statement more than a list, or four where what is searched is rare", async () => {
    await fill(2000);
    await indexNames(stage.context);
    const statements = async (text: string) => {
      const counted = countStatements(stage.context);
      await listServices(counted.context, stage.who.erin, { search: text });
      return counted.count();
    };
    const list = await statements("");
    assert.equal(await statements("shop"), list + 1);
    assert.equal(await statements("shop-1999"), list + 4);
    assert.ok((await statements("nowhere")) <= list + 3);
  });
  test("misses nobody who adds a service while it is being written", async () => {
    await fill(2500);
    let n = 10_000;
    const done = new AbortController();
    const adding = Array.from({ length: 3 }, async () => {
      while (!done.signal.aborted) await stage.store.write((tx) => add(tx, n++, 1));
    });
    while ((await countSearched(stage.store.read, stage.who.erin.id)) === 0) await indexNames(stage.context);
    done.abort();
    await Promise.all(adding);
    assert.equal(await indexed(), 2500 + (n - 10_000));
    assert.deepEqual(await search(`shop-${n - 1}.`), [`shop-${n - 1}.example`]);
  });
});
