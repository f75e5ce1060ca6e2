import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoopbackHost } from "../../src/domain/loopback.ts";

test("this machine's own hosts are known, and those that begin like one are not taken for them", () => {
  for (const host of ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.1", "::1", "[::1]"]) assert.ok(isLoopbackHost(host), host);
  for (const host of ["", "localhost.evil.example", "127.0.0.1.evil.example", "127.evil.example", "10.0.0.1", "::2", "[::1].example"])
    assert.ok(!isLoopbackHost(host), host);
});
