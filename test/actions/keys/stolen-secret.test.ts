import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { issueToken } from "../../../src/actions/keys/issue-token.ts";
import { removeApplication } from "../../../src/actions/keys/remove-application.ts";
import { requestCredential } from "../../../src/actions/keys/request-credential.ts";
import { revokeCredential } from "../../../src/actions/keys/revoke-credential.ts";
import { keepApplication, keepCredential } from "../../../src/storage/queries/api-keys.ts";
import type { Store, Transaction } from "../../../src/storage/store.ts";
import { createStage, type Stage } from "../../support/cast.ts";
import { givePassword, makeKey } from "../../support/key-holder.ts";

async function onStage(work: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = await createStage();
  try {
    await givePassword(stage, "alice");
    await work(stage);
  } finally {
    await stage.close();
  }
}

/** Until so many transactions wait for a lock. On SQLite they take turns in the order in which they came. */
async function untilWaiting(store: Store, count: number): Promise<void> {
  if (store.engine === "sqlite") await sleep(20);
  else while ((await waitingOn(store)) < count) await sleep(5);
}

async function waitingOn(store: Store): Promise<number> {
  const waiting = sql<{ n: number }>`select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  return Number((await waiting.execute(store.read)).rows[0]?.n);
}

/** While a transaction keeps a row, its owner ends it, and then a thief asks for more; gives what the thief gets. */
async function askBehind<T>(store: Store, keep: (tx: Transaction) => Promise<unknown>, end: () => Promise<void>, ask: () => Promise<T>): Promise<T> {
  const [kept, letGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const keeping = store.write(async (tx) => {
    await keep(tx);
    kept.resolve();
    await letGo.promise;
  });
  await kept.promise;
  const ended = end();
  await untilWaiting(store, 1);
  const asked = ask();
  await Promise.race([untilWaiting(store, 2), asked]);
  letGo.resolve();
  await Promise.all([keeping, ended]);
  return asked;
}

test("whoever asks for tokens without a pause does not keep the owner from ending the key", () =>
  onStage(async (stage) => {
    const { context, store, who } = stage;
    const { applicationKey: clientId, applicationSecret: clientSecret } = await makeKey(stage, "alice", { kind: "client" });
    const { id } = await store.read.selectFrom("api_credential").select("id").executeTakeFirstOrThrow();
    const told = await askBehind(
      store,
      (tx) => keepCredential(tx, id),
      () => revokeCredential(context, who.alice, { id }),
      () => issueToken(context, "198.51.100.7", { clientId, clientSecret }),
    );
    assert.equal(told, "invalid-client");
  }));

test("whoever asks for keys without a pause does not keep the owner from removing the program", () =>
  onStage(async (stage) => {
    const { context, store, who } = stage;
    const { applicationKey } = await makeKey(stage, "alice");
    const { id } = await store.read.selectFrom("api_application").select("id").executeTakeFirstOrThrow();
    const told = await askBehind(
      store,
      (tx) => keepApplication(tx, id),
      () => removeApplication(context, who.alice, { id }),
      () => requestCredential(context, "198.51.100.7", { applicationKey, accessRules: [{ method: "GET", path: "/*" }], redirection: null, allowedIPs: null }),
    );
    assert.equal(told, "unknown-application");
  }));
