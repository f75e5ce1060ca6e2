import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { answerDirectly } from "../../src/api/answer-directly.ts";
import { createApi } from "../../src/api/api.ts";
import { listen, type RunningServer } from "../../src/server.ts";
import { type ApiCaller, openSwitchboard, type Switchboard } from "../support/api-caller.ts";

type Told = { status: number | undefined; headers: IncomingMessage["headers"]; body: string };

describe("a call is answered alike, directly and by way of a Request", () => {
  let api: Switchboard;
  let alice: ApiCaller;
  const servers: RunningServer[] = [];
  let direct = 0;
  before(async () => {
    api = await openSwitchboard({ baseUrl: "http://handover.test" });
    alice = await api.as("alice");
    await api.ask("alice", { tech: "dave" });
    const [answer, { fetch }] = [answerDirectly(api.context), createApi(api.context, { socketAddress: () => "127.0.0.1", target: () => undefined })];
    for (const given of [undefined, answer]) {
      const server = await listen({ host: "127.0.0.1", port: 0, tls: undefined });
      server.answerWith(fetch, given && ((asked, response) => given(asked, response) && ++direct > 0));
      servers.push(server);
    }
  });
  after(async () => {
    for (const server of servers) await server.stop(1000);
    await api.close();
  });

  const send = async (port: number, { method, url, headers }: Request, body: string): Promise<Told> => {
    const { pathname, search } = new URL(url);
    const sent = request({ host: "127.0.0.1", port, method, path: pathname + search, headers: { ...Object.fromEntries(headers), Host: "handover.test" } });
    sent.end(body);
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    const { date: _, "x-ovh-queryid": number, ...rest } = answer.headers;
    assert.match(String(number), /^ext\.[0-9a-f]{24}$/);
    return { status: answer.statusCode, headers: rest, body: await text(answer) };
  };
  /** The answer of both, which is the same; how many were given directly. */
  const both = async (asked: Request, body = ""): Promise<{ told: Told; directly: number }> => {
    const was = direct;
    const [one, other] = [await send(servers[0]?.port ?? 0, asked, body), await send(servers[1]?.port ?? 0, asked, body)];
    assert.deepEqual(other, one, asked.url);
    return { told: one, directly: direct - was };
  };
  const expanded = { "X-Pagination-Mode": "CachedObjectList-Cursor", "X-Pagination-Size": "1" };

  test("for lists, whole and in pages, single things, batches and words that are no route's", async () => {
    await api.addService("second.example", { admin: "alice" });
    const paths = [
      "/services",
      "/v1/services?sort=renewal",
      "/domain",
      "/domain/example.net/serviceInfos",
      "/me",
      "/me/task/contactChange?direction=sent",
      "/me/api/credential",
      "/auth/currentCredential",
    ];
    for (const path of paths) assert.deepEqual([(await both(alice.signed("GET", path))).told.status, direct > 0], [200, true], path);
    const page = await both(alice.signed("GET", "/services", undefined, expanded));
    assert.equal(page.directly, 1);
    assert.ok(page.told.headers["x-pagination-cursor-next"]);
    const batch = await both(alice.signed("GET", "/me/task/contactChange/1,4711", undefined, { "X-Ovh-Batch": "," }));
    assert.deepEqual([batch.directly, (JSON.parse(batch.told.body) as unknown[]).length], [1, 2]);
    for (const path of [
      "/nowhere",
      "/domain/",
      "/services/x",
      "/domain/%65xample.net/serviceInfos",
      "/services?product=hosting%2Fweb",
      "/services?sort=size&sort=name",
    ])
      await both(alice.signed("GET", path));
  });

  test("for bodies, those that are too long or no JSON too", async () => {
    const check = "/domain/example.net/changeContact/check";
    const body = JSON.stringify({ contactTech: api.who.dave.handle });
    assert.deepEqual((await both(alice.signed("POST", check, body), body)).directly, 1);
    for (const strange of ["", "{", "[]", "null", "é"]) assert.equal((await both(alice.signed("POST", check, strange), strange)).directly, 1, strange);
    const long = JSON.stringify({ contactTech: "x".repeat(70_000) });
    const { told, directly } = await both(alice.signed("POST", check, long), long);
    assert.deepEqual([told.status, directly], [413, 0]);
  });

  test("for strangers, forgers and other methods", async () => {
    const forged = alice.signed("GET", "/services");
    forged.headers.set("X-Ovh-Signature", `$1$${"0".repeat(40)}`);
    assert.equal((await both(forged)).told.status, 400);
    assert.equal((await both(new Request("http://handover.test/1.0/services"))).told.status, 403);
    assert.equal((await both(new Request("http://handover.test/1.0/auth/time"))).told.status, 200);
    assert.equal((await both(new Request("http://handover.test/1.0/services", { method: "PATCH" }))).told.status, 405);
    assert.equal((await both(new Request("http://handover.test/1.0/services", { method: "HEAD" }))).told.body, "");
  });

  test("and a Host that names none is refused in the words of the API", async () => {
    const sent = request({ host: "127.0.0.1", port: servers[1]?.port, path: "/1.0/auth/time", headers: { Host: "1.2.3.999" } }).end();
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    assert.equal(answer.statusCode, 400);
    assert.deepEqual(JSON.parse(await text(answer)), { class: "Client::BadRequest", message: "The Host header of this request does not name a host" });
  });
});
