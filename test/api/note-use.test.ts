import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { KyselyPlugin } from "kysely";
import { pino } from "pino";
import { createApi } from "../../src/api/api.ts";
import type { Context } from "../../src/context.ts";
import { StoreUnavailable } from "../../src/storage/store.ts";
import { createStage } from "../support/cast.ts";
import { statementCounter } from "../support/count-statements.ts";
import { givePassword, makeKey, signedRequest } from "../support/key-holder.ts";

test("while nothing can be written keys are good for reading, and the log is told once in some seconds that their use is not noted", async (t) => {
  const stage = await createStage();
  t.after(() => stage.close());
  await givePassword(stage, "alice");
  const key = await makeKey(stage, "alice");
  const lines: string[] = [];
  const log = pino({ level: "warn" }, { write: (line) => lines.push(line) });
  const write = (): Promise<never> => Promise.reject(new StoreUnavailable("locked", { cause: Object.assign(new Error("busy"), { code: "ERR_SQLITE" }) }));
  const store: Context["store"] = { ...stage.store, write };
  const api = createApi({ ...stage.context, store, log }, { socketAddress: () => "127.0.0.1", target: () => undefined });
  const ask = async () => api.request(signedRequest(key, { url: `${stage.settings.baseUrl}/1.0/me`, at: stage.clock.now() }));
  for (let call = 1; call <= 30; call++) assert.equal((await ask()).status, 200);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /credential \d+ was used.*the database could not be used/);
});

test("of many calls at once one notes that the key was used", async (t) => {
  const stage = await createStage();
  t.after(() => stage.close());
  await givePassword(stage, "alice");
  const key = await makeKey(stage, "alice");
  const writes: Promise<unknown>[] = [];
  const write: Context["store"]["write"] = (work) => {
    const written = stage.store.write(work);
    writes.push(written);
    return written;
  };
  const api = createApi({ ...stage.context, store: { ...stage.store, write } }, { socketAddress: () => "127.0.0.1", target: () => undefined });
  const ask = async () => api.request(signedRequest(key, { url: `${stage.settings.baseUrl}/1.0/me`, at: stage.clock.now() }));
  await Promise.all(Array.from({ length: 20 }, ask));
  assert.equal(writes.length, 1);
  // No call waits for it.
  await Promise.all(writes);
  assert.equal((await stage.store.read.selectFrom("api_credential").select("last_used_at").executeTakeFirstOrThrow()).last_used_at, stage.clock.now());
  stage.clock.advance(6 * 60_000);
  await ask();
  assert.equal(writes.length, 2);
  await Promise.all(writes);
});

test("a call that read the key before another noted its use does not note it again", async (t) => {
  const stage = await createStage();
  t.after(() => stage.close());
  await givePassword(stage, "alice");
  const key = await makeKey(stage, "alice");
  const readByBoth = Promise.withResolvers<void>();
  let reads = 0;
  const slowRead: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      reads += 1;
      if (reads === 1) await readByBoth.promise;
      return result;
    },
  };
  let writes = 0;
  const write: Context["store"]["write"] = (work) => {
    writes += 1;
    return stage.store.write(work);
  };
  const store: Context["store"] = { ...stage.store, write, read: stage.store.read.withPlugin(slowRead) };
  const api = createApi({ ...stage.context, store }, { socketAddress: () => "127.0.0.1", target: () => undefined });
  const ask = async () => api.request(signedRequest(key, { url: `${stage.settings.baseUrl}/1.0/me`, at: stage.clock.now() }));
  const slow = ask();
  assert.equal((await ask()).status, 200);
  readByBoth.resolve();
  assert.equal((await slow).status, 200);
  assert.equal(writes, 1);
});

test("keys that are used while a use is being noted share the next write", async (t) => {
  const stage = await createStage();
  t.after(() => stage.close());
  const keys = [];
  for (const name of ["alice", "bob", "carol", "dave"] as const) {
    await givePassword(stage, name);
    keys.push(await makeKey(stage, name));
  }
  const writes: Promise<unknown>[] = [];
  const { promise: allCame, resolve: letGo } = Promise.withResolvers<void>();
  const write: Context["store"]["write"] = (work) => {
    const written = allCame.then(() => stage.store.write(work));
    writes.push(written);
    return written;
  };
  const api = createApi({ ...stage.context, store: { ...stage.store, write } }, { socketAddress: () => "127.0.0.1", target: () => undefined });
  const at = stage.clock.now();
  for (const key of keys) assert.equal((await api.request(signedRequest(key, { url: `${stage.settings.baseUrl}/1.0/me`, at }))).status, 200);
  letGo();
  await writes[0];
  await nextTurn();
  await Promise.all(writes);
  const used = await stage.store.read.selectFrom("api_credential").select("last_used_at").execute();
  assert.deepEqual(
    used.map((row) => row.last_used_at),
    keys.map(() => at),
  );
  assert.equal(writes.length, 2);
});

test("however long nothing is written, each key waits once for its note", async (t) => {
  const stage = await createStage();
  t.after(() => stage.close());
  await givePassword(stage, "alice");
  const key = await makeKey(stage, "alice");
  const { promise: back, resolve: comeBack } = Promise.withResolvers<void>();
  const writes: Promise<unknown>[] = [];
  const { plugin, count } = statementCounter();
  const write: Context["store"]["write"] = (work) => {
    const written = back.then(() => stage.store.write((tx) => work({ ...tx, db: tx.db.withPlugin(plugin) })));
    writes.push(written);
    return written;
  };
  const api = createApi({ ...stage.context, store: { ...stage.store, write } }, { socketAddress: () => "127.0.0.1", target: () => undefined });
  for (let hour = 0; hour < 5; hour++) {
    assert.equal((await api.request(signedRequest(key, { url: `${stage.settings.baseUrl}/1.0/me`, at: stage.clock.now() }))).status, 200);
    stage.clock.advance(60 * 60_000);
  }
  comeBack();
  await writes[0];
  await nextTurn();
  await Promise.all(writes);
  assert.equal(count(), 2);
});

test("a call does not wait until the use of its key is noted", async (t) => {
  const stage = await createStage();
  t.after(() => stage.close());
  await givePassword(stage, "alice");
  const key = await makeKey(stage, "alice");
  const store: Context["store"] = { ...stage.store, write: () => new Promise(() => {}) };
  const api = createApi({ ...stage.context, store }, { socketAddress: () => "127.0.0.1", target: () => undefined });
  const answer = await api.request(signedRequest(key, { url: `${stage.settings.baseUrl}/1.0/me`, at: stage.clock.now() }));
  assert.equal(answer.status, 200);
});
