import assert from "node:assert/strict";
import { join } from "node:path";
import { constants } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { type CompiledQuery, type DatabaseConnection, type QueryResult, sql } from "kysely";
import { indexNames } from "../../src/actions/services/index-names.ts";
import { listServices } from "../../src/actions/services/list-services.ts";
import { searchFor } from "../../src/actions/services/service-search.ts";
import { kyselyOn } from "../../src/storage/kysely-on.ts";
import { migrations } from "../../src/storage/migrations/index.ts";
import { migrate } from "../../src/storage/migrator.ts";
import { insertServices } from "../../src/storage/queries/insert-services.ts";
import { type MembershipPage, pageOfMemberships, sorts } from "../../src/storage/queries/membership-pages.ts";
import { placesOf } from "../../src/storage/queries/search-by-parts.ts";
import { type SearchBounds, searchMemberships } from "../../src/storage/queries/search-memberships.ts";
import { countSearched, unreadyQuery, unsearchedQuery } from "../../src/storage/queries/searched-names.ts";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { SqliteConnection } from "../../src/storage/sqlite-connection.ts";
import { createStage, type Stage } from "../support/cast.ts";
import { openSqliteStore } from "../support/each-store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("a search in an account of 2,500 (SQLite)", () => {
  let stage: Stage;
  before(async () => {
    stage = await createStage({}, openSqliteStore);
    const { id } = stage.who.erin;
    for (let first = 0; first < 2500; first += 500) {
      const contacts = { admin_id: id, tech_id: id, billing_id: id, product: "domain", created_on: "2025-01-15", renewal: "manual" as const };
      const rows = Array.from({ length: 500 }, (_, n) => ({
        ...contacts,
        name: `shop-${first + n}.example`,
        owner_json: "{}",
        arrived_at: 1,
        removed_at: null,
      }));
      await stage.store.write(({ db }) => insertServices(db, rows));
    }
    await indexNames(stage.context);
  });
  after(() => stage.close());

  const explain = async (query: CompiledQuery): Promise<string> => {
    const { rows } = await stage.store.read.executeQuery<{ detail: string }>({ ...query, sql: `explain query plan ${query.sql}` });
    return rows.map((row) => row.detail).join("\n");
  };
  const statementsOf = async (typed: string, more: Partial<MembershipPage> = {}, bounds?: SearchBounds): Promise<CompiledQuery[]> => {
    const statements: CompiledQuery[] = [];
    const recorder: Pick<DatabaseConnection, "executeQuery"> = {
      async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
        statements.push(query);
        return stage.store.read.executeQuery<R>(query);
      },
    };
    const page: MembershipPage = { account: stage.who.erin.id, sort: "name", filter: { search: searchFor(typed) }, limit: 51, ...more };
    const found = await searchMemberships({ engine: "sqlite", read: kyselyOn(recorder as DatabaseConnection, "sqlite") }, page, bounds);
    assert.deepEqual(found, await pageOfMemberships(stage.store.read, page));
    return statements;
  };
  /** The plan of each statement of a search. */
  const plansOf = async (typed: string, more: Partial<MembershipPage> = {}): Promise<string[]> =>
    Promise.all((await statementsOf(typed, more)).map((query) => explain(query)));

  const byOrder = { name: "membership_by_name", product: "membership_by_product", renewal: "membership_by_expiry" } as const;
  for (const sort of sorts) {
    test(`by ${sort}: what stands everywhere is found by reading on in that order`, async () => {
      const [, near, ...rest] = await plansOf("shop", { sort });
      assert.match(near ?? "", new RegExp(`SEARCH membership USING COVERING INDEX ${byOrder[sort]} \\(account_id=\\?\\)`));
      assert.doesNotMatch(near ?? "", /TEMP B-TREE/);
      assert.deepEqual(rest, []);
    });
    test(`by ${sort}: what is rare is found in the index of parts, and looked up one by one`, async () => {
      const [, , , parts, among, ...rest] = await plansOf("shop-2499", { sort });
      assert.match(parts ?? "", /SCAN searched_part VIRTUAL TABLE INDEX 64:M1><$/m, "by the words and by both ends of the account, in its order");
      assert.match(among ?? "", /SCAN found VIRTUAL TABLE[^]*SEARCH membership USING INDEX sqlite_autoindex_membership_1 \(account_id=\? AND service_id=\?\)/);
      assert.deepEqual(rest, []);
    });
  }
  for (const direction of ["after", "before"] as const) {
    test(`of what many names hold those that come first ${direction} a place are looked up, and no others`, async () => {
      const from = { keys: ["shop-1600.example", 0], direction };
      const [, , , , among, ...rest] = await statementsOf("7.ex", { from }, { near: 1, early: 2, found: 500, lookUp: 1 });
      const { length } = JSON.parse(String(among?.parameters[0])) as number[];
      assert.ok(length >= 51 && length <= 102, `${length} of 250`);
      assert.deepEqual(rest, []);
    });
  }
  test("what every tenth name holds is found by reading on a little further", async () => {
    const [, near, further, ...rest] = await statementsOf("7.ex");
    assert.equal(near?.sql, further?.sql);
    assert.deepEqual(rest, []);
  });
  test("the index is asked for the places of one account only: as integers, by which it narrows", async () => {
    for (const from of [undefined, { keys: ["shop-1", 7], direction: "after" }, { keys: ["shop-1", 7], direction: "before" }] as const) {
      const { first, last } = placesOf(stage.who.erin.id, from);
      const { rows } = await sql<{ first: string; last: string }>`select typeof(${first}) as first, typeof(${last}) as last`.execute(stage.store.read);
      assert.deepEqual(rows, [{ first: "integer", last: "integer" }]);
    }
  });
  test("parts that stand in many names are not looked for beside one that is rare", async () => {
    const [, , , parts] = await statementsOf("499.exam");
    assert.equal(parts?.parameters[0], '("499" AND "99.")');
  });
  test("what is nowhere is not looked for any further than in the index", async () => {
    assert.equal((await plansOf("nowhere")).length, 4);
  });
  test("a beginning of one or two signs is a range of the names", async () => {
    const range = "SEARCH membership USING COVERING INDEX membership_by_name (account_id=? AND (name,service_id)>(?,?) AND name<?)";
    const [, ...ranges] = await plansOf("zz");
    assert.deepEqual(ranges, Array(4).fill(`${range}\nSEARCH service USING INTEGER PRIMARY KEY (rowid=?)`));
    const [, , ...found] = await plansOf("zz", { sort: "renewal" });
    assert.deepEqual(found, Array(4).fill("SEARCH membership USING COVERING INDEX membership_by_name (account_id=? AND name>? AND name<?)"));
  });
  test("the chore that looks for accounts that have grown reads those that are large, and no others", async () => {
    const [grown, unready] = [unsearchedQuery(stage.store.read), unreadyQuery(stage.store.read)];
    assert.match(await explain(grown.compile()), /^SCAN membership_count USING INDEX membership_count_large\nSEARCH searched_account USING [^\n]+$/);
    assert.equal(await explain(unready.compile()), "SCAN searched_account USING INDEX searched_account_unready");
  });
  test("is planned once, whatever is searched for", async (t) => {
    const connection = SqliteConnection.reader(join(stage.settings.dataFolder, "handover.db"));
    t.after(() => connection.close());
    let planned = 0;
    // It is asked about every table and column when a statement is planned, and never when it runs.
    connection.raw.setAuthorizer(() => {
      planned += 1;
      return constants.SQLITE_OK;
    });
    const read = kyselyOn(connection, "sqlite");
    const search = async (typed: string, limit: number): Promise<number> => {
      const filter = { search: searchFor(typed) };
      return (await searchMemberships({ engine: "sqlite", read }, { account: stage.who.erin.id, sort: "renewal", filter, limit })).length;
    };
    // Found among the first names, in the index of parts, among very many from there, and in the index of names.
    for (const [typed, count] of [
      ["shop", 51],
      ["shop-2499", 1],
      ["99.example", 25],
      ["sh", 51],
    ] as const)
      assert.equal(await search(typed, 51), count);
    const once = planned;
    assert.ok(once > 0);
    for (const [typed, count] of [
      ["Example", 40],
      ["shop-1234", 1],
      ["77.example", 25],
      ["Sh", 40],
    ] as const)
      assert.equal(await search(typed, 40), count);
    assert.equal(planned, once);
  });
  test("is in a backup, whose every page is read", async () => {
    const file = join(stage.settings.dataFolder, "backup.db");
    await stage.store.backup(file);
    const copy = await openSqlite({ file, clock: stage.clock.now });
    const { rows } = await listServices({ ...stage.context, store: copy }, stage.who.erin, { search: "shop-1234" });
    assert.deepEqual(
      rows.map((row) => row.name),
      ["shop-1234.example"],
    );
    await copy.close();
  });
});

test("names that the version before had indexed are found again when the chore has been there (SQLite)", async (t) => {
  const { folder, remove } = await temporaryFolder();
  t.after(remove);
  const store = await openSqlite({ file: join(folder, "old.db"), clock: Date.now });
  t.after(() => store.close());
  await migrate(store, Object.fromEntries(Object.entries(migrations).filter(([name]) => name < "006")));
  await store.write(async ({ db }) => {
    const person = { name: "Erin", email: "erin@example.com", email_key: "erin@example.com", email_verified_at: 1, password_hash: null };
    await db
      .insertInto("account")
      .values({ id: 1, handle: "ee1-test", ...person, language: "en", status: "active", asking_blocked_until: null, created_at: 1 })
      .execute();
    await db.insertInto("searched_account").values({ account_id: 1, reached: null }).execute();
    const contacts = { admin_id: 1, tech_id: 1, billing_id: 1, product: "domain", created_on: "2025-01-15", renewal: "manual" as const };
    const rows = Array.from({ length: 2000 }, (_, n) => ({ ...contacts, name: `shop-${n}.example`, owner_json: "{}", arrived_at: 1, removed_at: null }));
    await insertServices(db, rows);
  });
  const found = async () => {
    const page: MembershipPage = { account: 1, sort: "name", filter: { search: searchFor("shop-1999") }, limit: 51 };
    return (await searchMemberships(store, page)).map((row) => row.name);
  };
  assert.ok((await store.migrate()).includes("006-names-in-steps"));
  assert.equal(await countSearched(store.read, 1), 0);
  assert.deepEqual(await found(), ["shop-1999.example"]);
  assert.equal(await indexNames({ store }), 1);
  assert.equal(await countSearched(store.read, 1), 2000);
  assert.deepEqual(await found(), ["shop-1999.example"]);
});
