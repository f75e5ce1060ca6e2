import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

/** Ends its side of a connection and resets it at once, then has nothing more to do. */
const program = `
  import { connect, createServer } from "node:net";
  import { reset } from "./faults/support/reset.ts";
  const server = createServer((other) => other.on("error", () => {}).on("close", () => server.close()).resume());
  server.listen(0, "127.0.0.1", () => {
    const socket = connect(server.address().port, "127.0.0.1", () => { socket.end(); reset(socket); });
  });
`;

test("a process that resets a connection while it shuts it down comes to its end", async () => {
  const ended = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], { timeout: 60_000, killSignal: "SIGKILL" });
  assert.equal(ended.stderr, "");
});
