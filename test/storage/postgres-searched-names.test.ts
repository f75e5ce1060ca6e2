import assert from "node:assert/strict";
import { test } from "node:test";
import { type CompiledQuery, type DatabaseConnection, type QueryResult, sql } from "kysely";
import { indexNames } from "../../src/actions/services/index-names.ts";
import { searchFor } from "../../src/actions/services/service-search.ts";
import { kyselyOn } from "../../src/storage/kysely-on.ts";
import { insertServices } from "../../src/storage/queries/insert-services.ts";
import { searchMemberships } from "../../src/storage/queries/search-memberships.ts";
import { createStage } from "../support/cast.ts";
import { openPostgresStore } from "../support/each-store.ts";

test("a search looks up what the index gives one by one, and never all names of the account (PostgreSQL)", async (t) => {
  const stage = await createStage({}, openPostgresStore);
  t.after(() => stage.close());
  const { id } = stage.who.erin;
  const contacts = { admin_id: id, tech_id: id, billing_id: id, product: "domain", created_on: "2025-01-15", renewal: "manual" as const };
  const rows = Array.from({ length: 2500 }, (_, n) => ({ ...contacts, name: `shop-${n}.example`, owner_json: "{}", arrived_at: 1, removed_at: null }));
  for (let first = 0; first < rows.length; first += 500) await stage.store.write(({ db }) => insertServices(db, rows.slice(first, first + 500)));
  await indexNames(stage.context);
  await stage.store.write(({ db }) => sql`analyze membership`.execute(db));

  const statements: CompiledQuery[] = [];
  const recorder: Pick<DatabaseConnection, "executeQuery"> = {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      statements.push(query);
      return stage.store.read.executeQuery<R>(query);
    },
  };
  const read = kyselyOn(recorder as DatabaseConnection, "postgres");
  const search = { account: id, sort: "name", filter: { search: searchFor("shop-2") }, limit: 51 } as const;
  const found = await searchMemberships({ engine: "postgres", read }, search, { near: 1, early: 1, found: 2500, lookUp: 1 });
  assert.equal(found.length, 51);

  const among = statements.at(-1);
  assert.ok(among);
  const plan = await stage.store.read.executeQuery<{ "QUERY PLAN": string }>({ ...among, sql: `explain ${among.sql}` });
  const text = plan.rows.map((row) => row["QUERY PLAN"]).join("\n");
  assert.match(text, /-> {2}Limit[^]*Index Scan using membership_(pkey|by_service) on membership/);
  assert.doesNotMatch(text, /(Hash|Merge) Join[^]*on membership|Seq Scan on membership/);
});
