import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, test } from "node:test";
import { accepting, asking } from "../../bench/ceiling/write-answers.ts";
import { createApi } from "../../src/api/api.ts";
import { createStage, type Name, type Stage } from "../support/cast.ts";
import { openSqliteStore } from "../support/each-store.ts";
import { givePassword, makeKey, signedRequest } from "../support/key-holder.ts";

let stage: Stage;
let db: DatabaseSync;

before(async () => {
  let file = "";
  stage = await createStage({}, (folder, clock) => {
    file = join(folder, "handover.db");
    return openSqliteStore(folder, clock);
  });
  db = new DatabaseSync(file);
});
after(async () => {
  db.close();
  await stage.close();
});

const tables = (): string[] =>
  db
    .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and sql not like 'create virtual%'")
    .all()
    .map(({ name }) => String(name));

/** By how many rows each table has grown. */
async function growthOf(work: () => unknown): Promise<Record<string, number>> {
  const count = (): [string, number][] => tables().map((name) => [name, Number(db.prepare(`select count(*) as n from "${name}"`).get()?.["n"])]);
  const was = new Map(count());
  await work();
  return Object.fromEntries(count().flatMap(([name, n]) => (n === was.get(name) ? [] : [[name, n - (was.get(name) ?? 0)]])));
}

/** The calls of the bench, through the API. */
async function callers(): Promise<(name: Name, path: string, body: object) => Promise<unknown>> {
  const api = createApi(stage.context, { socketAddress: () => "127.0.0.1", target: () => undefined });
  const keys = new Map<Name, Awaited<ReturnType<typeof makeKey>>>();
  for (const name of ["alice", "dave"] as const) {
    await givePassword(stage, name);
    keys.set(name, await makeKey(stage, name));
  }
  return async (name, path, body) => {
    const key = keys.get(name);
    assert.ok(key);
    const url = `${stage.settings.baseUrl}/1.0${path}`;
    const answer = await api.request(signedRequest(key, { method: "POST", url, body: JSON.stringify(body), at: stage.clock.now() }));
    assert.equal(answer.status, 200, path);
    return (await answer.json()) as unknown;
  };
}

test("the ceiling of the bench leaves as many rows in every table as the server does: its transaction is no smaller", async () => {
  const { alice, dave } = stage.who;
  await stage.addService("ours.example");
  const theirs = await stage.addService("theirs.example");
  // From his first service on his are counted.
  await stage.addService("his.example", { tech: "dave" });
  const call = await callers();
  const [ask, accept] = [asking(db), accepting(db)];
  let [id, bare] = [0, 0];
  const asked = await growthOf(async () => {
    [id] = (await call("alice", "/domain/ours.example/changeContact", { contactTech: dave.handle })) as [number];
  });
  const askedBare = await growthOf(() => {
    [bare] = JSON.parse(ask({ service: theirs, asker: alice.id, newcomer: dave.handle })) as [number];
  });
  assert.deepEqual(askedBare, asked);
  assert.equal(asked["outbox"], 2);
  for (const name of ["alice", "dave"] as const) {
    const token = await stage.codeOf(name, id);
    const answered = await growthOf(() => call(name, `/me/task/contactChange/${id}/accept`, { token }));
    assert.deepEqual(await growthOf(() => accept({ request: bare, account: stage.who[name].id })), answered);
  }
  assert.equal((await stage.contacts(theirs)).tech, "dave");
});
