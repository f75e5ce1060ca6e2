import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TooManyWaiting, turns } from "../../src/auth/turns.ts";

describe("turns", () => {
  test("let two work at once, the others in order of coming", async () => {
    const inTurn = turns(2, 10);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const work = (n: number) => async () => {
      begun.push(n);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running -= 1;
      return n;
    };
    assert.deepEqual(await Promise.all([1, 2, 3, 4, 5, 6].map((n) => inTurn(work(n)))), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(begun, [1, 2, 3, 4, 5, 6]);
    assert.equal(most, 2);
  });

  test("send those away who find the waiting room full, and nobody else", async () => {
    const inTurn = turns(1, 2);
    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => inTurn(() => Promise.resolve(n))));
    assert.deepEqual(
      results.map((result) => (result.status === "fulfilled" ? result.value : (result.reason as unknown) instanceof TooManyWaiting)),
      [1, 2, 3, true],
    );
  });

  test("go on after work that failed", async () => {
    const inTurn = turns(1, 2);
    await assert.rejects(inTurn(() => Promise.reject(new Error("no"))));
    assert.equal(await inTurn(() => Promise.resolve("yes")), "yes");
  });
});
