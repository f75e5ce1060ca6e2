import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { array, assert as assertProperty, asyncProperty, boolean, constantFrom, integer, nat, oneof, option, record, sample, string, tuple } from "fast-check";
import { sql } from "kysely";
import { indexNames } from "../../../src/actions/services/index-names.ts";
import { searchFor } from "../../../src/actions/services/service-search.ts";
import { insertServices } from "../../../src/storage/queries/insert-services.ts";
import { keysOf, type MembershipPage, pageOfMemberships, sorts } from "../../../src/storage/queries/membership-pages.ts";
import { leaveService, moveRoles } from "../../../src/storage/queries/memberships.ts";
import { searchMemberships } from "../../../src/storage/queries/search-memberships.ts";
import { beginSearched, countSearched, searchMore } from "../../../src/storage/queries/searched-names.ts";
import type { ServiceRow } from "../../../src/storage/queries/services.ts";
import type { Transaction } from "../../../src/storage/store.ts";
import { createStage, type Name, type Stage } from "../../support/cast.ts";
import { eachStore } from "../../support/each-store.ts";

/** Signs that a search could trip over: both cases, one that has another case elsewhere, wildcards, quotes, two that are one sign of four bytes. */
const signs = [
  "a",
  "A",
  "b",
  "B",
  "c",
  "-",
  ".",
  " ",
  "%",
  "_",
  "\\",
  '"',
  "'",
  "*",
  "1",
  "2",
  "ä",
  "Ä",
  "ß",
  "İ",
  "ı",
  "K",
  "k",
  "é",
  "e\u0301",
  "字",
  "🙂",
  "\uFE0F",
];
const texts = (least: number, most: number) => string({ unit: constantFrom(...signs), minLength: least, maxLength: most });
const names = oneof(
  texts(1, 9),
  texts(1, 4).map((text) => `xn--${text}`),
  texts(1, 4).map((text) => `Shop ${text}`),
  texts(0, 2).map((text) => `${text}.shop`),
);

eachStore("a search in a large account", (openStore) => {
  let stage: Stage;
  let known: ServiceRow[];
  beforeEach(async () => {
    stage = await createStage({}, openStore);
    known = [];
  });
  afterEach(() => stage.close());

  const deeds = {
    add: async (tx: Transaction, at: number, name: string) => {
      const [admin_id, other] = [stage.who.alice.id, at % 3 ? stage.who.bob.id : stage.who.alice.id];
      const product = at % 2 ? "domain" : "vps";
      const expires_on = at % 4 ? `2027-01-0${at % 10}` : null;
      const row = { product, name, admin_id, tech_id: other, billing_id: other, created_on: "2025-01-15", expires_on, renewal: "manual" as const };
      known.push(...(await insertServices(tx.db, [{ ...row, owner_json: "{}", arrived_at: 1, removed_at: null }])));
    },
    remove: async (tx: Transaction, at: number) => {
      const [service] = known.splice(at % known.length, 1);
      if (service) await leaveService(tx.db, service);
    },
    move: async (tx: Transaction, at: number) => {
      const service = known[at % known.length];
      const to = stage.who[at % 2 ? "alice" : "carol"].id;
      if (service) known[known.indexOf(service)] = await moveRoles(tx, service, [{ role: "admin", to }], null);
    },
    begin: (tx: Transaction, at: number) => beginSearched(tx, [stage.who[at % 4 ? "alice" : "bob"].id]),
    more: (tx: Transaction, at: number) => searchMore(tx, stage.who[at % 4 ? "alice" : "bob"].id, 1 + (at % 30)),
  };
  const deed = constantFrom("add", "add", "add", "add", "remove", "move", "begin", "more", "more");

  /** Every account is either not in the index, or in it with all its names, or on the way there. */
  const indexed = async () => {
    const query =
      stage.store.engine === "sqlite"
        ? sql<{ account: number; service: number }>`select account_id as account, searched_part.rowid & 4294967295 as service
            from searched_part join searched_step on searched_step.id = searched_part.rowid >> 32 order by 1, 2`
        : sql<{ account: number; service: number }>`select account_id as account, service_id as service from searched_name order by 1, 2`;
    return (await query.execute(stage.store.read)).rows.map(({ account, service }) => `${account} ${service}`);
  };
  const memberships = async () => {
    const ready = stage.store.read.selectFrom("searched_account").select("account_id");
    const rows = await stage.store.read
      .selectFrom("membership")
      .selectAll()
      .where("account_id", "in", ready)
      .orderBy("account_id")
      .orderBy("service_id")
      .execute();
    return rows.map((row) => `${row.account_id} ${row.service_id}`);
  };

  const searches = record({
    who: constantFrom<Name>("alice", "alice", "bob"),
    typed: oneof(
      texts(1, 2),
      texts(3, 6),
      constantFrom("shop", ".SHO"),
      constantFrom("a\uFE0F", "ab\uFE0F", "BA\uFE0F", "1a\uFE0F", "ä", "🙂A"),
      tuple(nat(), nat(8), integer({ min: 1, max: 7 }), boolean()),
    ),
    sort: constantFrom(...sorts),
    product: constantFrom(undefined, undefined, "domain"),
    role: constantFrom(undefined, undefined, "tech" as const),
    limit: integer({ min: 1, max: 9 }),
    from: option(tuple(nat(), constantFrom("after", "before")), { nil: undefined }),
    bounds: record({
      near: integer({ min: 1, max: 6 }),
      early: integer({ min: 1, max: 3 }),
      found: integer({ min: 0, max: 12 }),
      lookUp: integer({ min: 1, max: 3 }),
    }),
  });

  const pageOf = async ({ who, typed, sort, product, role, limit, from }: Parameters<Parameters<typeof searches.map>[0]>[0]): Promise<MembershipPage> => {
    const account = stage.who[who].id;
    const place = from && known[from[0] % known.length];
    const [row] = place
      ? await pageOfMemberships(stage.store.read, { account, sort, filter: {}, limit: 1, from: { keys: placeOf(place, sort), direction: "after" } })
      : [];
    const part = typeof typed === "string" ? typed : partOf(known[typed[0] % known.length]?.name ?? "", typed);
    return {
      account,
      sort,
      filter: { search: searchFor(part), product, role },
      limit,
      ...(row && from ? { from: { keys: keysOf(sort, row), direction: from[1] } } : {}),
    };
  };
  const placeOf = (service: ServiceRow, sort: MembershipPage["sort"]) => keysOf(sort, { ...service, roles: 0 });
  const partOf = (name: string, [, start, length, upper]: readonly [number, number, number, boolean]): string => {
    const part = name.slice(start, start + length);
    return upper ? part.toUpperCase() : part;
  };

  test("lists each service once where one way to write the search is the beginning of another", async () => {
    await stage.store.write(async (tx) => {
      for (const name of ["a\uFE0Fb", "A\uFE0F", "ab", "b"]) await deeds.add(tx, 0, name);
      await deeds.begin(tx, 1);
      while (await searchMore(tx, stage.who.alice.id, 100));
    });
    for (const sort of sorts) {
      const page: MembershipPage = { account: stage.who.alice.id, sort, filter: { search: searchFor("a\uFE0F") }, limit: 9 };
      const found = await searchMemberships(stage.store, page, { near: 1, early: 1, found: 9, lookUp: 1 });
      assert.deepEqual(found.map((row) => row.name).toSorted(), ["A\uFE0F", "ab", "a\uFE0Fb"]);
    }
  });

  test("finds what reading through all names finds, in every order, from every place, whatever has come and gone", async () => {
    let compared = 0;
    // The steps of SQLite's index lie among these, so that there are several names in each, and there is more than one.
    await stage.store.write(async (tx) => {
      for (const [at, name] of sample(names, 30).entries()) await deeds.add(tx, at, name);
      await deeds.begin(tx, 1);
      await deeds.more(tx, 1);
    });
    await assertProperty(
      asyncProperty(
        array(tuple(deed, nat(200), names), { minLength: 5, maxLength: 40 }),
        array(searches, { minLength: 10, maxLength: 10 }),
        async (done, asked) => {
          await stage.store.write(async (tx) => {
            for (const [what, at, name] of done) await deeds[what](tx, at, name);
          });
          for (const one of asked) {
            const page = await pageOf(one);
            if ((await countSearched(stage.store.read, page.account)) > 0) compared++;
            const found = await searchMemberships(stage.store, page, one.bounds);
            assert.deepEqual(found, await pageOfMemberships(stage.store.read, page), JSON.stringify(page));
          }
        },
      ),
      { numRuns: 60 },
    );
    assert.ok(compared > 200, `${compared} of the searches had an index`);
    await indexNames(stage.context);
    assert.deepEqual(await indexed(), await memberships());
  });
});
