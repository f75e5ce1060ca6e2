import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { setImmediate as round } from "node:timers/promises";
import { Turns } from "../../src/http/turns.ts";

/** What has been answered after so many rounds of the event loop, in each of which `each` happens. */
async function after(rounds: number, each: () => void = () => {}): Promise<void> {
  for (let n = 0; n < rounds; n++) {
    each();
    await round();
  }
}

describe("turns of answers", () => {
  // However busy the machine is: a turn takes 0.1 ms.
  beforeEach(() => {
    let now = 0;
    mock.method(performance, "now", () => (now += 0.1));
  });
  afterEach(() => mock.restoreAll());

  test("what came in one turn is answered together, in its order", async () => {
    const turns = new Turns();
    const answered: string[] = [];
    for (const name of ["a", "b", "c"]) turns.answer(() => answered.push(name));
    assert.deepEqual(answered, [], "nothing is answered while others are read");
    await after(1);
    assert.deepEqual(answered, ["a", "b", "c"]);
  });

  test("callers who still come in are let in first", async () => {
    const turns = new Turns();
    const answered: string[] = [];
    turns.answer(() => answered.push("first"));
    await after(20, () => turns.came());
    assert.equal(answered.length, 0);
    turns.answer(() => answered.push("last"));
    await after(4);
    assert.deepEqual(answered.toSorted(), ["first", "last"]);
  });

  test("callers who come without end keep nobody from being answered", async () => {
    const turns = new Turns();
    let answered = 0;
    const ask = (): void => turns.answer(() => ++answered % 3 === 0 || ask());
    ask();
    await after(1000, () => turns.came());
    assert.equal(answered, 3);
  });

  test("who came before anything was asked for keeps nobody waiting for long", async () => {
    const turns = new Turns();
    turns.came();
    await after(10);
    let answered = false;
    turns.answer(() => (answered = true));
    await after(4);
    assert.ok(answered);
  });
});
