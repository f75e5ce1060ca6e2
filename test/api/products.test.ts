import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { insertServices } from "../../src/storage/queries/insert-services.ts";
import { type ApiCaller, openSwitchboard, type Switchboard } from "../support/api-caller.ts";
import type { Name } from "../support/cast.ts";

const pages = (size: number, cursor?: string | null, expanded = false): Record<string, string> => ({
  "X-Pagination-Size": String(size),
  ...(cursor ? { "X-Pagination-Cursor": cursor } : {}),
  ...(expanded ? { "X-Pagination-Mode": "CachedObjectList-Cursor" } : {}),
});

/** Adds `count` domains on which dave holds every role. */
async function addMany({ store, who }: Switchboard, count: number): Promise<string[]> {
  const names = Array.from({ length: count }, (_, i) => `n${String(i).padStart(5, "0")}.example`);
  const holders = { admin_id: who.dave.id, tech_id: who.dave.id, billing_id: who.dave.id };
  const rest = { product: "domain", created_on: "2025-01-15", expires_on: null, renewal: "manual" as const, owner_json: "{}", arrived_at: 0, removed_at: null };
  for (let start = 0; start < count; start += 500)
    await store.write((tx) =>
      insertServices(
        tx.db,
        names.slice(start, start + 500).map((name) => ({ ...rest, ...holders, name })),
      ),
    );
  return names;
}

async function walk(caller: ApiCaller, path: string, size: number): Promise<{ rows: unknown[]; calls: number }> {
  const rows: unknown[] = [];
  let cursor: string | null = null;
  for (let calls = 1; ; calls++) {
    const answer = await caller.get(path, pages(size, cursor));
    assert.equal(answer.status, 200);
    rows.push(...(answer.body as unknown[]));
    cursor = answer.headers.get("X-Pagination-Cursor-Next");
    if (!cursor) return { rows, calls };
  }
}

describe("the services of a product", () => {
  let api: Switchboard;
  const as = {} as Record<Name, ApiCaller>;
  const handle = (name: Name): string => api.who[name].handle;
  before(async () => {
    api = await openSwitchboard();
    for (const name of ["alice", "bob", "carol", "dave", "mallory"] as const) as[name] = await api.as(name);
  });
  after(() => api.close());

  test("are listed by name, to each of their contacts and to nobody else", async () => {
    for (const name of ["alice", "bob", "carol"] as const) assert.deepEqual((await as[name].get("/domain")).body, ["example.net"]);
    assert.deepEqual((await as.mallory.get("/domain")).body, []);
    assert.deepEqual((await as.alice.get("/vps")).body, []);
  });

  test("are told with every field of OVH's schema, and those of our own", async () => {
    const { body, status } = await as.bob.get("/domain/example.net/serviceInfos");
    assert.equal(status, 200);
    assert.deepEqual(body, {
      serviceId: api.serviceId,
      domain: "example.net",
      contactAdmin: handle("alice"),
      contactTech: handle("bob"),
      contactBilling: handle("carol"),
      creation: "2025-01-15",
      expiration: null,
      engagedUpTo: null,
      status: "ok",
      renewalType: "automaticV2016",
      renew: null,
      possibleRenewPeriod: null,
      canDeleteAtExpiration: false,
      displayName: "example.net",
      openRequests: [],
    });
  });

  test("are the same under both prefixes", async () => {
    for (const path of ["/domain", "/domain/example.net/serviceInfos", "/services", `/services/${api.serviceId}`])
      assert.equal((await as.alice.get(`/v1${path}`)).text, (await as.alice.get(path)).text);
    assert.deepEqual((await as.alice.get("/v1/domain")).body, ["example.net"]);
  });

  test("do not exist for somebody who is no contact: the same bytes as for a name that nobody has", async () => {
    await api.addService("other.net");
    for (const path of ["serviceInfos", "owner", "contactHistory"]) {
      const foreign = await as.mallory.get(`/domain/other.net/${path}`);
      const missing = await as.mallory.get(`/domain/nobody.net/${path}`);
      assert.equal(foreign.status, 404);
      assert.equal(foreign.text, missing.text.replaceAll("nobody.net", "other.net"));
    }
    for (const path of ["changeContact", "changeContact/check"]) {
      const foreign = await as.mallory.post(`/domain/other.net/${path}`, { contactTech: handle("mallory") });
      const missing = await as.mallory.post(`/domain/nobody.net/${path}`, { contactTech: handle("mallory") });
      assert.equal(foreign.status, 404);
      assert.equal(foreign.text, missing.text.replaceAll("nobody.net", "other.net"));
    }
    for (const [path, body] of [
      ["serviceInfos", { renew: { automatic: false } }],
      ["owner", { name: "Mallory" }],
    ] as const)
      assert.equal((await as.mallory.put(`/domain/other.net/${path}`, body)).status, 404);
  });

  test("are found with an encoded slash in their names", async () => {
    await api.addService("203.0.113.0/28", {}, { product: "ip/service" });
    const { body } = await as.alice.get("/ip/service/203.0.113.0%2F28/serviceInfos");
    assert.equal((body as { domain: string }).domain, "203.0.113.0/28");
    const ids = await as.alice.post("/ip/service/203.0.113.0%2F28/changeContact", { contactTech: handle("dave") });
    assert.equal(ids.status, 200);
    const [request] = ids.body as number[];
    const held = (await as.alice.get("/ip/service/203.0.113.0%2F28/serviceInfos")).body as { openRequests: unknown[] };
    assert.deepEqual(held.openRequests, [{ contactType: "contactTech", state: "validatingByCustomers", id: request }]);
  });

  test("are found by a domain name in any case, with its own signs or encoded for the DNS", async () => {
    await api.addService("xn--bcher-kva.example");
    for (const name of ["xn--bcher-kva.example", "B%C3%BCcher.Example", "XN--BCHER-KVA.EXAMPLE"]) {
      const { body } = await as.alice.get(`/domain/${name}/serviceInfos`);
      assert.equal((body as { domain: string }).domain, "xn--bcher-kva.example");
      assert.equal((body as { displayName: string }).displayName, "bücher.example");
    }
  });

  test("come in a batch of names, each with its own error", async () => {
    const { body, status } = await as.bob.get("/domain/example.net,other.net/serviceInfos", { "X-Ovh-Batch": "," });
    assert.equal(status, 200);
    const [mine, foreign] = body as { key: string; value: { serviceId: number } | null; error: { class: string } | null }[];
    assert.equal(mine?.value?.serviceId, api.serviceId);
    assert.equal(mine?.error, null);
    assert.deepEqual([foreign?.key, foreign?.value, foreign?.error?.class], ["other.net", null, "Client::NotFound"]);
  });

  test("are expired from the day after their date, and their renewal can be read", async () => {
    await api.addService("late.net", {}, { expiresOn: "2000-01-01" });
    const { body } = await as.alice.get("/domain/late.net/serviceInfos");
    const { status, expiration, renew, renewalType } = body as Record<string, unknown>;
    assert.deepEqual([status, expiration, renewalType], ["expired", "2000-01-01", "automaticV2016"]);
    assert.deepEqual(renew, { automatic: true, deleteAtExpiration: false, forced: false, manualPayment: false, period: null });
  });

  test("are unpaid for the billing contact who is behind with payments, and for nobody else", async () => {
    await api.owes("carol", "2000-01-01");
    const statusFor = async (name: Name) => ((await as[name].get("/domain/example.net/serviceInfos")).body as { status: string }).status;
    assert.deepEqual([await statusFor("carol"), await statusFor("alice"), await statusFor("bob")], ["unPaid", "ok", "ok"]);
  });

  test("are renewed as their admin or billing contact says; the tech contact hears who the admin is", async () => {
    await api.addService("renewed.net", { tech: "bob", billing: "carol" }, { expiresOn: "2999-01-01" });
    const path = "/domain/renewed.net/serviceInfos";
    const read = (await as.alice.get(path)).body as Record<string, unknown>;
    const sent = { ...read, renew: { ...(read["renew"] as object), automatic: false } };
    assert.deepEqual((await as.alice.put(path, sent)).text, "null");
    const after = (await as.bob.get(path)).body as { renew: { automatic: boolean; manualPayment: boolean }; renewalType: string };
    assert.deepEqual([after.renew.automatic, after.renew.manualPayment, after.renewalType], [false, true, "manual"]);
    assert.equal((await as.carol.put(path, { renew: { automatic: true } })).status, 200);
    const refused = await as.bob.put(path, { renew: { automatic: false } });
    assert.equal(refused.status, 403);
    assert.match(refused.text, new RegExp(handle("alice")));
    const deeds = await api.store.read.selectFrom("audit").select(["deed", "actor"]).where("deed", "=", "service.renewal-set").orderBy("id").execute();
    assert.deepEqual(
      deeds.map((row) => row.actor),
      [handle("alice"), handle("carol")],
    );
  });

  test("cannot be set up to be deleted, and a body without renew is told its field", async () => {
    assert.equal((await as.alice.put("/domain/renewed.net/serviceInfos", { renew: { automatic: true, deleteAtExpiration: true } })).status, 400);
    const empty = await as.alice.put("/domain/renewed.net/serviceInfos", {});
    assert.equal(empty.status, 400);
    assert.match(empty.text, /renew/);
  });
});

describe("a change of contacts", () => {
  let api: Switchboard;
  const as = {} as Record<Name, ApiCaller>;
  const handle = (name: Name): string => api.who[name].handle;
  const path = "/domain/example.net/changeContact";
  before(async () => {
    api = await openSwitchboard();
    for (const name of ["alice", "bob", "carol", "mallory"] as const) as[name] = await api.as(name);
  });
  after(() => api.close());

  const requests = () => api.store.read.selectFrom("change_request").select("id").execute();

  test("can be tried first: who would approve, who would be told, what forbids it; nothing changes and nobody gets mail", async () => {
    const wanted = { contactAdmin: handle("alice"), contactTech: handle("dave"), contactBilling: "zz1-ovh" };
    const { body, status } = await as.alice.post(`${path}/check`, wanted);
    assert.equal(status, 200);
    const [tech, billing, ...more] = body as { refused: { code: string; message: string } | null }[];
    assert.deepEqual(tech, {
      contactType: "contactTech",
      from: handle("bob"),
      to: handle("dave"),
      approvers: [handle("alice"), handle("dave")],
      told: [handle("bob")],
      refused: null,
    });
    assert.equal(billing?.refused?.code, "newcomer-unknown");
    assert.match(billing?.refused?.message ?? "", /zz1-ovh/);
    assert.deepEqual(more, []);
    assert.deepEqual(await requests(), []);
    assert.deepEqual(await api.mails(), []);
    assert.deepEqual(await api.contacts(), { admin: "alice", tech: "bob", billing: "carol" });
  });

  test("may be tried as often as one likes with the same signature", async () => {
    const signed = as.alice.signed("POST", `${path}/check`, { contactTech: handle("dave") });
    const again = signed.clone();
    assert.equal((await api.raw(signed)).status, 200);
    assert.equal((await api.raw(again)).status, 200);
  });

  test("which is not the caller's to ask for is refused, and names the admin", async () => {
    const refused = await as.bob.post(path, { contactBilling: handle("dave") });
    assert.equal(refused.status, 403);
    assert.match(refused.text, new RegExp(handle("alice")));
    const [check] = (await as.bob.post(`${path}/check`, { contactBilling: handle("dave") })).body as { refused: { code: string } }[];
    assert.equal(check?.refused.code, "role-not-yours");
  });

  test("without anything to change is refused, however that is said", async () => {
    const present = { contactAdmin: handle("alice"), contactTech: null, contactBilling: handle("carol") };
    for (const body of [undefined, "", {}, present]) {
      const answer = await as.alice.post(path, body);
      assert.equal(answer.status, 400);
      assert.match(answer.text, body === present ? /nothing-to-change/ : /Name at least one of contactAdmin/);
    }
  });

  test("gives one id for each pair of accounts, and the same ones again for the same Idempotency-Key", async () => {
    const wanted = { contactAdmin: null, contactTech: handle("dave"), contactBilling: handle("erin") };
    const first = await as.alice.post(path, wanted, { "Idempotency-Key": "once" });
    assert.equal(first.status, 200);
    const ids = first.body as number[];
    assert.equal(ids.length, 2);
    const again = await as.alice.post(path, wanted, { "Idempotency-Key": "once" });
    assert.equal(again.text, first.text);
    assert.deepEqual(
      (await requests()).map((row) => row.id),
      ids,
    );
    const other = await as.alice.post(path, { contactTech: handle("erin") }, { "Idempotency-Key": "once" });
    assert.equal(other.status, 422);
  });

  test("shows the open requests to contacts who are concerned by them, without their numbers to others", async () => {
    const open = async (name: Name) =>
      ((await as[name].get("/domain/example.net/serviceInfos")).body as { openRequests: { contactType: string; id: number | null }[] }).openRequests;
    assert.deepEqual(
      (await open("alice")).map((one) => one.contactType),
      ["contactTech", "contactBilling"],
    );
    assert.ok((await open("alice")).every((one) => one.id !== null));
    assert.equal((await open("bob")).find((one) => one.contactType === "contactBilling")?.id, null);
  });
});

describe("the owner and the history of a service", () => {
  let api: Switchboard;
  const as = {} as Record<Name, ApiCaller>;
  const handle = (name: Name): string => api.who[name].handle;
  before(async () => {
    api = await openSwitchboard();
    for (const name of ["alice", "bob"] as const) as[name] = await api.as(name);
  });
  after(() => api.close());

  test("the admin edits the owner; what is left out stays", async () => {
    const path = "/domain/example.net/owner";
    assert.equal((await as.alice.put(path, { name: "Alice Example", phone: "+31 20 123" })).text, "null");
    assert.equal((await as.alice.put(path, { email: "owner@example.com", phone: null })).status, 200);
    const expected = { name: "Alice Example", organisation: "", address: "", email: "owner@example.com", phone: "+31 20 123" };
    assert.deepEqual((await as.bob.get(path)).body, expected);
  });

  test("another contact may not, nor is every product made for it, nor every text an address", async () => {
    const refused = await as.bob.put("/domain/example.net/owner", { name: "Bob" });
    assert.equal(refused.status, 403);
    assert.match(refused.text, new RegExp(handle("alice")));
    await api.addService("vps1", {}, { product: "vps" });
    assert.equal((await as.alice.put("/vps/vps1/owner", { name: "Alice" })).status, 403);
    const invalid = await as.alice.put("/domain/example.net/owner", { email: "nowhere" });
    assert.equal(invalid.status, 400);
    assert.match(invalid.text, /email/);
  });

  test("every move of a contact is listed, newest first", async () => {
    const { body } = await as.alice.get("/domain/example.net/contactHistory");
    const moves = body as { contactType: string; fromAccount: string | null; toAccount: string; date: string; taskId: number | null }[];
    assert.deepEqual(new Set(moves.map((move) => move.contactType)), new Set(["contactAdmin", "contactTech", "contactBilling"]));
    assert.ok(moves.every((move) => move.fromAccount === null && move.taskId === null));
    assert.match(moves[0]?.date ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/);
  });
});

describe("lists of services", () => {
  let api: Switchboard;
  let alice: ApiCaller;
  let dave: ApiCaller;
  let names: string[];
  before(async () => {
    api = await openSwitchboard();
    [alice, dave] = [await api.as("alice"), await api.as("dave")];
    names = await addMany(api, 120);
    await api.addService("vps1", { tech: "dave" }, { product: "vps", expiresOn: "2030-01-31" });
  });
  after(() => api.close());

  test("come in pages, each service once", async () => {
    const { rows, calls } = await walk(dave, "/domain", 50);
    assert.deepEqual([rows, calls], [names, 3]);
    const all = (await dave.get("/services")).body as number[];
    for (const sort of ["name", "product", "renewal"]) {
      const paged = await walk(dave, `/services?sort=${sort}`, 40);
      assert.deepEqual(new Set(paged.rows), new Set(all));
      assert.deepEqual([paged.rows.length, paged.calls], [121, 4]);
    }
  });

  test("come with the services themselves where those are asked for", async () => {
    const infos = await dave.get("/domain", pages(2, undefined, true));
    assert.deepEqual(
      (infos.body as { domain: string }[]).map((one) => one.domain),
      names.slice(0, 2),
    );
    const expanded = await dave.get("/services?product=vps", { "X-Pagination-Mode": "CachedObjectList-Pages" });
    assert.deepEqual(expanded.body, [(await dave.get(`/services/${(expanded.body as { serviceId: number }[])[0]?.serviceId}`)).body]);
  });

  test("refuse a cursor that is none of theirs, instead of beginning again", async () => {
    const { headers } = await dave.get("/services?sort=name", pages(10));
    const cursor = headers.get("X-Pagination-Cursor-Next");
    assert.equal((await dave.get("/services?sort=product", pages(10, cursor))).status, 400);
    assert.equal((await dave.get("/services", pages(10, "nonsense"))).status, 400);
  });

  test("are searched, and narrowed to a product or to the role that one has", async () => {
    const count = async (query: string) => ((await dave.get(`/services?${query}`)).body as number[]).length;
    assert.deepEqual(
      [await count("search=n0001"), await count("product=vps"), await count("contactType=contactTech"), await count("contactType=contactAdmin")],
      [10, 1, 121, 120],
    );
    assert.equal((await dave.get("/services?contactType=owner")).status, 400);
  });

  test("lead to a service in the form of OVH's /services", async () => {
    const [id] = (await dave.get("/services?product=vps")).body as number[];
    assert.deepEqual((await alice.get(`/services/${id}`)).body, {
      serviceId: id,
      customer: {
        contacts: [
          { type: "administrator", customerCode: api.who.alice.handle },
          { type: "technical", customerCode: api.who.dave.handle },
          { type: "billing", customerCode: api.who.alice.handle },
        ],
      },
      resource: { name: "vps1", displayName: "vps1", product: { name: "vps", description: "VPS" } },
      route: { path: "/vps/{serviceName}", url: "/vps/vps1", vars: [{ key: "serviceName", value: "vps1" }] },
      billing: {
        expirationDate: "2030-01-31",
        nextBillingDate: "2030-01-31",
        renew: { current: { mode: "automatic", nextDate: "2030-01-31", period: null }, capacities: { mode: ["automatic", "manual"] } },
      },
    });
  });

  test("a service of others is not found by its id, in a batch neither", async () => {
    const foreign = await dave.get(`/services/${api.serviceId}`);
    const missing = await dave.get("/services/999999");
    assert.equal(foreign.status, 404);
    assert.equal(foreign.text, missing.text.replaceAll("999999", String(api.serviceId)));
    const { body } = await alice.get(`/services/${api.serviceId},999999`, { "X-Ovh-Batch": "," });
    assert.deepEqual(
      (body as { error: unknown }[]).map((item) => item.error === null),
      [true, false],
    );
    assert.equal((await dave.get("/services/one")).status, 400);
  });

  test("are given whole to clients that know no pages: 5,000 names at once", async () => {
    const many = await openSwitchboard();
    try {
      const all = await addMany(many, 5000);
      const caller = await many.as("dave");
      assert.deepEqual((await caller.get("/domain")).body, all);
      assert.equal(((await caller.get("/services")).body as number[]).length, 5000);
    } finally {
      await many.close();
    }
  });
});
