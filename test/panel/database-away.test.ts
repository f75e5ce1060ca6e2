import assert from "node:assert/strict";
import { test } from "node:test";
import type { CompiledQuery } from "kysely";
import { pino } from "pino";
import { openSession } from "../../src/actions/accounts/open-session.ts";
import { createPanel } from "../../src/panel/panel.ts";
import { StoreInDoubt, StoreUnavailable } from "../../src/storage/store.ts";
import { createStage } from "../support/cast.ts";
import { createWorld } from "../support/world.ts";

const cases = [
  { name: "nothing was written", Away: StoreUnavailable, words: /Nothing was changed/ },
  { name: "nobody knows whether it was written", Away: StoreInDoubt, words: /Look at your services and requests before you try again/ },
];

for (const { name, Away, words } of cases) {
  test(`a form whose database went away is told so, and when to come again: ${name}`, async (t) => {
    const { context, close } = await createWorld();
    t.after(close);
    const store = { ...context.store, write: () => Promise.reject(new Away("away")) };
    const lines: string[] = [];
    const log = pino({ level: "warn" }, { write: (line) => lines.push(line) });
    const panel = createPanel({ ...context, store, log }, { socketAddress: () => "127.0.0.1", calls: [] });
    const response = await panel.request("/forgotten-password", {
      method: "POST",
      body: new URLSearchParams({ login: "alice@example.com" }),
      headers: { Origin: context.settings.baseUrl, "Sec-Fetch-Site": "same-origin" },
    });
    assert.deepEqual([response.status, response.headers.get("Retry-After")], [503, "5"]);
    assert.match(await response.text(), words);
    assert.deepEqual([lines.length, /"requestId":"[0-9a-f]{12}"/.test(lines[0] ?? "")], [1, true], "the operator is told");
  });
}

test("a download that cannot be read is a page that says so, and no file", async (t) => {
  const { context, store, who, close } = await createStage();
  t.after(close);
  const session = await store.write((tx) => openSession(context, tx, who.alice.id));
  const executor = store.read.getExecutor();
  const partly = proxyOf(executor, "executeQuery", (query: CompiledQuery) => (query.sql.includes(`"membership"`) ? away() : executor.executeQuery(query)));
  const read = proxyOf(store.read, "getExecutor", () => partly);
  const panel = createPanel({ ...context, store: { ...store, read } }, { socketAddress: () => "127.0.0.1", calls: [] });
  const response = await panel.request("/useraccount/contacts.csv", { headers: { Cookie: `__Host-session=${session}` } });
  assert.deepEqual([response.status, response.headers.get("Retry-After"), response.headers.get("Content-Disposition")], [503, "5", null]);
  assert.match(response.headers.get("Content-Type") ?? "", /text\/html/);
});

/** The same, but for one of its methods. */
function proxyOf<T extends object>(whole: T, method: keyof T, other: unknown): T {
  return new Proxy(whole, {
    get: (real, name) => {
      if (name === method) return other;
      const value = Reflect.get(real, name, real) as unknown;
      return typeof value === "function" ? (value.bind(real) as unknown) : value;
    },
  });
}

function away(): never {
  throw new StoreUnavailable("away");
}
