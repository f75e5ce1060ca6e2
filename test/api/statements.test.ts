import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createApi } from "../../src/api/api.ts";
import { createStage, type Stage } from "../support/cast.ts";
import { countStatements } from "../support/count-statements.ts";
import { eachStore } from "../support/each-store.ts";
import { givePassword, makeKey, signedRequest } from "../support/key-holder.ts";

const expanded = { "X-Pagination-Mode": "CachedObjectList-Cursor", "X-Pagination-Size": "50" };

/** The first is always the key's, which is read at each call so that a revocation counts at once. */
const calls: readonly { path: string; statements: number; headers?: Record<string, string>; body?: object }[] = [
  { path: "/auth/time", statements: 0 },
  { path: "/services", statements: 2, headers: expanded },
  { path: "/services?sort=renewal&contactType=contactAdmin", statements: 2, headers: expanded },
  { path: "/services", statements: 2 },
  { path: "/domain", statements: 5, headers: expanded },
  { path: "/domain/example.net/serviceInfos", statements: 5 },
  { path: "/domain/example.net/contactHistory", statements: 3 },
  { path: "/services/may?deed=run&product=domain&name=example.net", statements: 2 },
  { path: "/services/may", statements: 2, body: { deed: "run", product: "domain", names: Array.from({ length: 1000 }, (_, n) => `n${n}.example`) } },
  { path: "/me/task/contactChange", statements: 4, headers: expanded },
  { path: "/me/task/contactChange?state=valid%25&awaitingMe=true", statements: 4, headers: expanded },
  { path: "/me/notification/email/history", statements: 3, headers: expanded },
  { path: "/me/debtAccount/debt", statements: 2, headers: expanded },
];

eachStore("how often a call asks the database", (openStore) => {
  let stage: Stage;
  let count: (path: string, headers?: Record<string, string>, body?: object) => Promise<{ statements: number; elements: number }>;
  before(async () => {
    stage = await createStage({}, openStore);
    await givePassword(stage, "alice");
    const key = await makeKey(stage, "alice");
    const counted = countStatements(stage.context);
    const api = createApi(counted.context, { socketAddress: () => "127.0.0.1", target: () => undefined });
    count = async (path, headers = {}, body) => {
      const was = counted.count();
      const sent = body && { method: "POST", body: JSON.stringify(body) };
      const answer = await api.request(signedRequest(key, { ...sent, url: `${stage.settings.baseUrl}/1.0${path}`, at: stage.clock.now(), headers }));
      assert.equal(answer.status, 200, path);
      const found: unknown = await answer.json();
      return { statements: counted.count() - was, elements: Array.isArray(found) ? found.length : 1 };
    };
    await stage.ask("alice", { tech: "dave" });
  });
  after(() => stage.close());

  test("is the same however much there is to tell", async () => {
    const few = [];
    for (const { path, headers, body } of calls) few.push(await count(path, headers, body));
    assert.deepEqual(
      few.map(({ statements }, at) => `${calls[at]?.path} ${statements}`),
      calls.map(({ path, statements }) => `${path} ${statements}`),
    );
    for (let n = 0; n < 12; n++) {
      await stage.ask("alice", { tech: n % 2 ? "dave" : "erin", billing: "carol" }, await stage.addService(`n${n}.example`, { tech: "bob" }));
      await stage.owes("alice", `2027-01-${10 + n}`);
    }
    const many = [];
    for (const { path, headers, body } of calls) many.push(await count(path, headers, body));
    assert.deepEqual(
      many.map(({ statements }) => statements),
      few.map(({ statements }) => statements),
    );
    for (const [at, { path, headers }] of calls.entries())
      if (headers) assert.ok((many[at]?.elements ?? 0) > (few[at]?.elements ?? 0), `${path} tells no more than before`);
  });
});
