import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assert as assertProperty, asyncProperty, integer } from "fast-check";
import { exportServices } from "../../../src/actions/services/export-services.ts";
import { type ListServicesInput, listServices, type ServiceList } from "../../../src/actions/services/list-services.ts";
import { type Sort, sorts } from "../../../src/storage/queries/membership-pages.ts";
import { createStage, type Stage } from "../../support/cast.ts";
import { days } from "../../support/clock.ts";
import { countStatements } from "../../support/count-statements.ts";
import { eachStore } from "../../support/each-store.ts";

const idsOf = (page: ServiceList) => page.rows.map((row) => row.id);

eachStore("§8: my services", (openStore) => {
  let stage: Stage;
  before(async () => {
    stage = await createStage({}, openStore);
    for (let n = 0; n < 23; n += 1) {
      const product = n % 3 === 0 ? "hosting/web" : "domain";
      await stage.addService(`s${n % 7}-${n}.example`, n % 2 ? { tech: "bob" } : {}, { product, ...(n % 4 ? { expiresOn: `2026-0${1 + (n % 5)}-10` } : {}) });
    }
    // The same name under several products: the id decides.
    for (const product of ["vps", "domain/zone", "hosting/web"]) await stage.addService("same.example", {}, { product });
    await stage.addService("xn--bcher-kva.example");
    await stage.addService("100%_sure", {}, { product: "vps" });
    await stage.addService("Mixed Case", {}, { product: "vps" });
  });
  after(() => stage.close());

  const list = (input: ListServicesInput = {}) => listServices(stage.context, stage.who.alice, input);
  const names = async (input: ListServicesInput) => (await list({ limit: 200, ...input })).rows.map((row) => row.name);

  const csv = async (name: "alice" | "dave", search?: string) => (await Array.fromAsync(exportServices(stage.context, stage.who[name], { search }))).join("");

  test("a page of any size, forwards and backwards, gives every service once and in order", async () => {
    for (const sort of sorts) {
      const whole = (await list({ sort, limit: 200 })).rows.map((row) => row.id);
      assert.equal(whole.length, 30);
      await assertProperty(
        asyncProperty(integer({ min: 1, max: 40 }), async (limit) => {
          const there = await walk(sort, limit, "next");
          assert.deepEqual(there.flatMap(idsOf), whole);
          const last = there.at(-1);
          if (!last?.previous) return;
          const back = await walk(sort, limit, "previous", last.previous);
          assert.deepEqual([...back.reverse().flatMap(idsOf), ...idsOf(last)], whole);
        }),
        { numRuns: 12 },
      );
    }
  });

  async function walk(sort: Sort, limit: number, way: "next" | "previous", from?: string): Promise<ServiceList[]> {
    const pages: ServiceList[] = [];
    let cursor = from;
    do {
      const page = await list({ sort, limit, ...(cursor ? { [way === "next" ? "after" : "before"]: cursor } : {}) });
      pages.push(page);
      cursor = page[way];
    } while (cursor);
    return pages;
  }

  test("§10: are sorted by name, by product, or by renewal with those that have no date at the end", async () => {
    const byName = await names({ sort: "name" });
    assert.deepEqual(byName, byName.toSorted());
    const byProduct = (await list({ sort: "product", limit: 200 })).rows.map((row) => `${row.product} ${row.name}`);
    assert.deepEqual(byProduct, byProduct.toSorted());
    const byDate = (await list({ sort: "renewal", limit: 200 })).rows.map((row) => row.expiresOn ?? "none");
    assert.deepEqual(byDate, byDate.toSorted());
  });
  test("§10: are found by a part of the name from three characters, by its beginning when shorter", async () => {
    assert.deepEqual(await names({ search: "ame.ex" }), ["same.example", "same.example", "same.example"]);
    assert.equal((await names({ search: "s3" })).length, 3);
    assert.deepEqual(await names({ search: "am" }), []);
    assert.deepEqual(await names({ search: "no such name" }), []);
  });
  test("are found in any case, and by U-labels", async () => {
    assert.deepEqual(await names({ search: "MIXED" }), ["Mixed Case"]);
    assert.deepEqual(await names({ search: "Bücher.example" }), ["xn--bcher-kva.example"]);
  });
  test("are found by what is typed: a wildcard of the database is a sign like others", async () => {
    assert.deepEqual(await names({ search: "%_s" }), ["100%_sure"]);
    assert.deepEqual(await names({ search: "%" }), []);
    assert.deepEqual(await names({ search: "___" }), []);
    assert.deepEqual(await names({ search: "\\\\\\" }), []);
    assert.equal((await names({ search: "   " })).length, 30);
  });
  test("are filtered by product and by my role", async () => {
    assert.equal((await names({ product: "vps" })).length, 3);
    assert.equal((await names({ role: "tech" })).length, 30 - 11 - 1);
    const bobs = await listServices(stage.context, stage.who.bob, { role: "tech", product: "domain" });
    assert.ok(bobs.rows.every((row) => row.product === "domain" && row.contacts.tech.handle === stage.who.bob.handle));
    assert.equal((await listServices(stage.context, stage.who.bob, { role: "admin" })).rows.length, 0);
  });
  test("have a total that is stored, not counted", async () => {
    assert.equal((await list({ limit: 1 })).total, 30);
    assert.equal((await list({ search: "nothing like it" })).total, 30);
    assert.equal((await listServices(stage.context, stage.who.mallory)).total, 0);
  });
  test("have pages of 50, or of 1 to 200", async () => {
    assert.equal((await list({ limit: 0 })).rows.length, 1);
    assert.equal((await list({ limit: 1e9 })).rows.length, 30);
  });
  test("begin at the beginning when a cursor is broken, of another order, or leads beyond the end", async () => {
    const first = idsOf(await list({ limit: 3 }));
    const other = (await list({ limit: 3, sort: "product" })).next ?? "";
    const beyond = Buffer.from(JSON.stringify(["name", "zzzz", 1])).toString("base64url");
    for (const after of ["", "x", other, beyond, Buffer.from('["name",1,"x"]').toString("base64url")]) {
      assert.deepEqual(idsOf(await list({ limit: 3, after })), first, after);
    }
  });
  test("a page costs the same few statements, whatever its length", async () => {
    for (const limit of [1, 200]) {
      const counted = countStatements(stage.context);
      await listServices(counted.context, stage.who.alice, { limit });
      assert.equal(counted.count(), 4);
    }
  });
  test("tell what the pages show: contacts, my roles, dates, what is held by an open request", async () => {
    const [id] = (await stage.ask("alice", { tech: "dave" })) as [number];
    const row = (await list({ search: "example.net" })).rows[0];
    assert.ok(row);
    assert.equal(row.id, stage.serviceId);
    assert.deepEqual(row.contacts.tech, { id: stage.who.bob.id, handle: stage.who.bob.handle, name: "Bob Example" });
    assert.deepEqual(row.myRoles, ["admin"]);
    assert.deepEqual(row.mayChange, ["admin", "tech", "billing"]);
    assert.deepEqual(row.openRoles, [{ role: "tech", requestId: id, state: "validatingByCustomers", party: true }]);
    const carols = (await listServices(stage.context, stage.who.carol)).rows[0];
    assert.ok(carols);
    assert.deepEqual(carols.mayChange, ["billing"]);
    assert.deepEqual(carols.openRoles, [{ role: "tech", requestId: id, state: "validatingByCustomers", party: false }]);
    stage.clock.advance(days(7));
    assert.deepEqual((await list({ search: "example.net" })).rows[0]?.openRoles, [], "its time has passed, though no timer has run");
    assert.equal((await list({ sort: "renewal" })).rows[0]?.expired, true);
  });

  describe("as CSV", () => {
    test("have a line each under a header, in order", async () => {
      const lines = (await csv("alice")).split("\r\n");
      assert.equal(lines.length, 1 + 30 + 1);
      assert.equal(lines[0], "product,name,admin,tech,billing,my_roles,created_on,expires_on,renewal");
    });
    test("can be those that were searched for, or none", async () => {
      assert.match(await csv("alice", "example.net"), /\r\ndomain,example.net,al100001-ovh,bo100002-ovh,ca100003-ovh,admin,2025-01-15,,automatic\r\n$/);
      assert.equal((await csv("dave")).split("\r\n").length, 2);
    });
    test("hold no formulas, and quote what needs it", async () => {
      await stage.addService('=1+1,"x"', { admin: "dave" }, { product: "vps" });
      assert.ok((await csv("dave")).includes(`\r\nvps,"'=1+1,""x""",`));
    });
  });
});
