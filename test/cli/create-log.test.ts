import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createLog } from "../../src/cli/create-log.ts";
import { StoreUnavailable } from "../../src/storage/store.ts";

function logged(write: (log: ReturnType<typeof createLog>) => void): { text: string; line: Record<string, unknown> } {
  let text = "";
  write(createLog("info", { write: (line) => (text += line) }));
  return { text, line: JSON.parse(text) as Record<string, unknown> };
}

/** As the driver of PostgreSQL makes it. */
const ofServer = (code: string): Error =>
  Object.assign(new Error("duplicate key value"), { code, detail: "Key (email_key)=(bob@example.com) already exists.", where: "row (hash-of-bob)" });

describe("the log", () => {
  test("tells an error's code and its causes, and nothing of the rows that the database tells with them", () => {
    for (const err of [ofServer("23505"), new StoreUnavailable("away", { cause: ofServer("23505") }), new AggregateError([ofServer("23505")])]) {
      const { text } = logged((log) => log.error({ err }, "a call failed"));
      assert.match(text, /"errorCode":"23505"/);
      assert.match(text, /duplicate key value/);
      assert.match(text, /create-log\.test\.ts/, "where it was thrown");
      assert.doesNotMatch(text, /bob|email_key/);
    }
  });

  test("tells the number of an error of SQLite", () => {
    const err = Object.assign(new Error("disk I/O error"), { code: "ERR_SQLITE_ERROR", errcode: 778 });
    assert.match(logged((log) => log.error({ err }, "a call failed")).text, /"errorCode":778/);
  });

  test("ends with an error that is its own cause", () => {
    const err = new Error("round");
    err.cause = err;
    assert.match(logged((log) => log.error({ err }, "a call failed")).text, /round/);
  });

  test("hides what somebody logs by mistake", () => {
    const { line } = logged((log) => log.info({ code: "123456", body: { password: "hunter2", deeper: { token: "t" } } }));
    assert.deepEqual([line["code"], line["body"]], ["[Redacted]", { password: "[Redacted]", deeper: { token: "[Redacted]" } }]);
  });
});
