import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { hashPassword, verifyPassword } from "../../src/auth/passwords.ts";
import { refusal } from "../support/cast.ts";
import { countHashes, withQuickHashes } from "../support/count-hashes.ts";

const context = { clock: () => 1_000, random: (bytes: number) => randomBytes(bytes) };

describe("passwords", () => {
  test("are kept as argon2id with 19 MiB, two passes and a salt of their own", async () => {
    const [one, other] = await Promise.all([hashPassword(context, "correct horse"), hashPassword(context, "correct horse")]);
    assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    assert.notEqual(one, other);
  });

  test("are known again, and no other is", async () => {
    const kept = await hashPassword(context, "correct horse");
    assert.equal(await verifyPassword(context, "correct horse", kept), true);
    assert.equal(await verifyPassword(context, "correct horsf", kept), false);
  });

  test("of nobody are never right, and cost the same computation", async () => {
    const kept = await hashPassword(context, "correct horse");
    assert.equal(await verifyPassword(context, "", null), false);
    assert.equal(await countHashes(() => verifyPassword(context, "correct horse", kept)), 1);
    assert.equal(await countHashes(() => verifyPassword(context, "correct horse", null)), 1);
  });

  test("whose hash is not in its form are a fault, not a wrong password", async () => {
    await assert.rejects(verifyPassword(context, "correct horse", "plain"), /not in the form/);
  });

  test("are refused with a time to come back when too many wait", async () => {
    await withQuickHashes(async () => {
      const tries = Array.from({ length: 203 }, () => verifyPassword(context, "x", null));
      const last = tries.pop();
      assert.ok(last);
      assert.deepEqual(await refusal(last), { code: "too-many-tries", retryAt: 6_000 });
      assert.deepEqual(new Set(await Promise.all(tries)), new Set([false]));
    });
  });
});
