import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openedLater } from "../src/front.ts";

const ask = async (fetch: ReturnType<typeof openedLater>): Promise<string> => ((await fetch(new Request("http://127.0.0.1/"), {} as never)) as Response).text();

describe("faces that are opened later", () => {
  test("are opened by the first request, once for all that come meanwhile", async () => {
    let opened = 0;
    const fetch = openedLater(
      async () => {
        opened += 1;
        return () => new Response("open");
      },
      () => assert.fail("nothing failed"),
    );
    assert.equal(opened, 0);
    assert.deepEqual(await Promise.all([ask(fetch), ask(fetch)]), ["open", "open"]);
    assert.equal(await ask(fetch), "open");
    assert.equal(opened, 1);
  });

  test("that could not be opened are told, and tried again by the next request", async () => {
    const told: unknown[] = [];
    let tries = 0;
    const fetch = openedLater(
      async () => {
        tries += 1;
        if (tries === 1) throw new Error("a file is missing");
        return () => new Response("open");
      },
      (error) => told.push(error),
    );
    await assert.rejects(ask(fetch), /a file is missing/);
    assert.equal(told.length, 1);
    assert.equal(await ask(fetch), "open");
  });

  test("are opened soon after the start in any case", async () => {
    const opened = Promise.withResolvers<void>();
    openedLater(
      async () => {
        opened.resolve();
        return () => new Response("open");
      },
      () => assert.fail("nothing failed"),
      1,
    );
    // The timer alone keeps nothing alive.
    const alive = setInterval(() => {}, 1000);
    await opened.promise.finally(() => clearInterval(alive));
  });
});
