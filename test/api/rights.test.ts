import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type ApiCaller, openSwitchboard, type Switchboard } from "../support/api-caller.ts";
import { type Name, names } from "../support/cast.ts";

describe("may this account do this?", () => {
  let api: Switchboard;
  const as = {} as Record<Name, ApiCaller>;
  before(async () => {
    api = await openSwitchboard();
    for (const name of names) as[name] = await api.as(name);
  });
  after(() => api.close());

  const ask = async (name: Name, deed: string, service = "example.net", product = "domain"): Promise<unknown> =>
    (await as[name].get(`/services/may?deed=${deed}&product=${encodeURIComponent(product)}&name=${encodeURIComponent(service)}`)).body;

  test("admin: administer and run; tech: run; billing: pay; others nothing", async () => {
    const allowed = { allowed: true };
    const refused = { allowed: false, reason: "other-role" };
    assert.deepEqual(await Promise.all(["administer", "run", "pay"].map((deed) => ask("alice", deed))), [
      { ...allowed, reason: "admin" },
      { ...allowed, reason: "admin" },
      refused,
    ]);
    assert.deepEqual(await Promise.all(["administer", "run", "pay"].map((deed) => ask("bob", deed))), [refused, { ...allowed, reason: "tech" }, refused]);
    assert.deepEqual(await Promise.all(["administer", "run", "pay"].map((deed) => ask("carol", deed))), [refused, refused, { ...allowed, reason: "billing" }]);
  });

  test("a service of others is told like one that does not exist", async () => {
    for (const [service, product] of [["example.net"], ["nowhere.example"], ["example.net", "vps"], ["example.net", "boats"], ["\ud83d", "domain"]])
      assert.deepEqual(await ask("mallory", "run", service?.toWellFormed(), product), { allowed: false, reason: "no-role" });
  });

  test("names are taken in any form", async () => {
    assert.deepEqual(await ask("bob", "run", "EXAMPLE.net."), { allowed: true, reason: "tech" });
  });

  test("a thousand at once are answered in their order, twice the same too", async () => {
    await api.addService("second.example", { admin: "dave", tech: "bob" });
    const asked = ["example.net", "nowhere.example", "Second.example", "example.net", "\ud800", ...Array.from({ length: 995 }, (_, n) => `no${n}.example`)];
    const { status, body } = await as.bob.post("/services/may", { deed: "run", product: "domain", names: asked });
    assert.equal(status, 200);
    const verdicts = body as { name: string; allowed: boolean; reason: string }[];
    assert.deepEqual(
      verdicts.map(({ name }) => name.toWellFormed()),
      asked.map((name) => name.toWellFormed()),
    );
    assert.deepEqual(
      verdicts.map(({ allowed }) => allowed),
      asked.map((_, n) => [0, 2, 3].includes(n)),
    );
  });

  test("more than a thousand, none, and other words are not taken", async () => {
    const post = async (body: unknown): Promise<number> => (await as.bob.post("/services/may", body)).status;
    assert.equal(await post({ deed: "run", product: "domain", names: Array.from({ length: 1001 }, () => "a.example") }), 400);
    for (const body of [
      { deed: "run", product: "domain", names: [] },
      { deed: "eat", product: "domain", names: ["a.example"] },
      { deed: "run", names: ["a"] },
      {},
    ])
      assert.equal(await post(body), 400);
    assert.equal((await as.bob.get("/services/may?deed=run&product=domain")).status, 400);
  });

  test("a key needs a rule for it", async () => {
    const narrow = await api.as("bob", { rules: [{ method: "GET", path: "/domain/*" }] });
    assert.equal((await narrow.get("/services/may?deed=run&product=domain&name=example.net")).status, 403);
  });

  test("an account that was suspended a moment ago gets no answer at all", async () => {
    await api.alter("bob", { status: "suspended" });
    assert.equal((await as.bob.get("/services/may?deed=run&product=domain&name=example.net")).status, 403);
    await api.alter("bob", { status: "active" });
  });
});
