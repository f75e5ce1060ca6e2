import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type CompiledQuery, sql } from "kysely";
import { type AskedPage, membershipQuery, sorts } from "../../src/storage/queries/membership-pages.ts";
import { createStage, type Stage } from "../support/cast.ts";
import { openSqliteStore } from "../support/each-store.ts";

const indexes = { name: "membership_by_name", product: "membership_by_product", renewal: "membership_by_expiry" } as const;
const keys = { name: ["a", 1], product: ["domain", "a", 1], renewal: ["2026-01-01", 1] } as const;
const filters: AskedPage["filter"][] = [{}, { patterns: ["%abc%"] }, { role: "tech" }];

describe("the plan of a page of services (SQLite)", () => {
  let stage: Stage;
  before(async () => {
    stage = await createStage({}, openSqliteStore);
  });
  after(() => stage.close());

  const planOf = async (page: Partial<AskedPage>): Promise<string> => {
    const query = membershipQuery(stage.store.read, { account: 1, sort: "name", filter: {}, limit: 51, ...page }).compile();
    return explain(query);
  };
  const explain = async (query: CompiledQuery): Promise<string> => {
    const { rows } = await stage.store.read.executeQuery<{ detail: string }>({ ...query, sql: `explain query plan ${query.sql}` });
    return rows.map((row) => row.detail).join("\n");
  };

  for (const sort of sorts) {
    for (const direction of ["after", "before", undefined] as const) {
      for (const filter of filters) {
        test(`by ${sort}, ${direction ?? "from the beginning"}, ${JSON.stringify(filter)}: the index of that order alone, and no sorting`, async () => {
          const plan = await planOf({ sort, filter, ...(direction ? { from: { keys: keys[sort], direction } } : {}) });
          assert.match(plan, new RegExp(`SEARCH membership USING COVERING INDEX ${indexes[sort]} \\(account_id=\\?`));
          assert.match(plan, /SEARCH service USING INTEGER PRIMARY KEY/);
          assert.doesNotMatch(plan, /TEMP B-TREE|SCAN/);
          if (direction) assert.match(plan, /account_id=\? AND \(.*\)[<>]\(.*\)/, "the page is found by its keys, not by reading up to it");
        });
      }
    }
  }
  test("of one product by name: no sorting", async () => {
    assert.doesNotMatch(await planOf({ filter: { product: "domain" } }), /TEMP B-TREE|SCAN/);
  });
  test("the check sees a plan that sorts", async () => {
    const query = sql`select name from membership where account_id = 1 order by roles`.compile(stage.store.read);
    assert.match(await explain(query), /TEMP B-TREE/);
  });
});
