import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { accountLimits } from "../../src/actions/accounts/account-limits.ts";
import { forgotPassword } from "../../src/actions/accounts/forgot-password.ts";
import { signIn } from "../../src/actions/accounts/sign-in.ts";
import { issueToken } from "../../src/actions/keys/issue-token.ts";
import { keyLimits } from "../../src/actions/keys/key-limits.ts";
import { requestCredential } from "../../src/actions/keys/request-credential.ts";
import type { Context } from "../../src/context.ts";
import { type Limit, readUse } from "../../src/storage/queries/limits.ts";
import { createStage, refusal, type Stage } from "../support/cast.ts";
import { countWrites } from "../support/count-writes.ts";
import { givePassword, makeKey } from "../support/key-holder.ts";

const here = "198.51.100.7";

let stage: Stage;

beforeEach(async () => {
  stage = await createStage();
  await givePassword(stage, "alice");
});
afterEach(() => stage.close());

/** As if it had been used as often as it may be. */
async function useUp({ key, atMost }: Limit): Promise<void> {
  const used = { key, since: stage.clock.now(), used: atMost };
  await stage.store.write(async ({ db }) => {
    await db.deleteFrom("rate_limit").where("key", "=", key).execute();
    await db.insertInto("rate_limit").values(used).execute();
  });
}

/** What it answers, and how many transactions it wrote with. */
async function writesOf<T>(work: (context: Context) => Promise<T>): Promise<[T, number]> {
  const counted = countWrites(stage.context);
  return [await work(counted.context), counted.count()];
}

/** Used up, it refuses until its window ends, and nothing is written. */
async function shutsOut(limit: Limit, work: (context: Context) => Promise<unknown>): Promise<void> {
  await useUp(limit);
  const refused = { code: "too-many-tries", retryAt: stage.clock.now() + limit.window };
  assert.deepEqual(await writesOf((context) => refusal(work(context))), [refused, 0]);
  stage.clock.advance(limit.window);
}

const used = async (limit: Limit): Promise<number> => (await readUse(stage.store.read, limit, stage.clock.now())).used;

describe("who is shut out costs no transaction", () => {
  test("when he signs in", async () => {
    const tryIn = (context: Context) => signIn(context, here, { login: "alice@example.com", password: "wrong" });
    await shutsOut(accountLimits.signInFrom(here), tryIn);
    await shutsOut(accountLimits.signInAs(stage.context, "alice@example.com"), tryIn);
    assert.equal((await refusal(tryIn(stage.context))).code, "sign-in-failed");
  });

  test("when he asks for a password", async () => {
    await shutsOut(accountLimits.forgotFrom(here), (context) => forgotPassword(context, here, { login: "alice@example.com" }));
  });

  test("when he asks for a token", async () => {
    const { applicationKey: clientId, applicationSecret } = await makeKey(stage, "alice", { kind: "client" });
    const wrong = (context: Context) => issueToken(context, here, { clientId, clientSecret: "wrong" });
    const right = (context: Context) => issueToken(context, here, { clientId, clientSecret: applicationSecret });
    for (const limit of [keyLimits.wrongSecretsFrom(here), keyLimits.wrongSecretsFor(here, clientId)]) {
      await shutsOut(limit, wrong);
      await shutsOut(limit, right);
    }
  });

  test("when his key has had its tokens", async () => {
    const { applicationKey: clientId, applicationSecret: clientSecret } = await makeKey(stage, "alice", { kind: "client" });
    const { id } = await stage.store.read.selectFrom("api_credential").select("id").executeTakeFirstOrThrow();
    await useUp(keyLimits.tokensOf(id));
    assert.equal(await issueToken(stage.context, here, { clientId, clientSecret: "wrong" }), "invalid-client");
    await stage.store.write(({ db }) => db.deleteFrom("rate_limit").execute());
    await shutsOut(keyLimits.tokensOf(id), (context) => issueToken(context, here, { clientId, clientSecret }));
    assert.notEqual(await issueToken(stage.context, here, { clientId, clientSecret }), "invalid-client");
  });

  test("when he asks for a key", async () => {
    const { applicationKey } = await makeKey(stage, "alice");
    const { id } = await stage.store.read.selectFrom("api_application").select("id").executeTakeFirstOrThrow();
    const ask = (context: Context) =>
      requestCredential(context, here, { applicationKey, accessRules: [{ method: "GET", path: "/*" }], redirection: null, allowedIPs: null });
    await shutsOut(keyLimits.requestsFrom(here), ask);
    await shutsOut(keyLimits.requestsOf(id), ask);
    assert.notEqual(await ask(stage.context), "unknown-application");
  });
});

describe("a token for a client", () => {
  test("that somebody has made up costs no transaction", async () => {
    const madeUp = (context: Context) => issueToken(context, here, { clientId: "x".repeat(255), clientSecret: "y" });
    assert.deepEqual(await writesOf(madeUp), ["invalid-client", 0]);
  });

  test("counts for its network where the secret is wrong, and only there", async () => {
    const { applicationKey: clientId, applicationSecret } = await makeKey(stage, "alice", { kind: "client" });
    await issueToken(stage.context, here, { clientId, clientSecret: applicationSecret });
    assert.equal(await used(keyLimits.wrongSecretsFrom(here)), 0);
    await issueToken(stage.context, here, { clientId, clientSecret: "wrong" });
    assert.equal(await used(keyLimits.wrongSecretsFrom(here)), 1);
    assert.equal(await used(keyLimits.wrongSecretsFor(here, clientId)), 1);
  });
});
