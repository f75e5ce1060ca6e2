import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clientAddressFinder, isLoopback } from "../../src/http/client-address.ts";

describe("§10 behind a proxy: the client's address", () => {
  test("is the socket's own when no proxy is trusted, whatever the header says", () => {
    assert.equal(clientAddressFinder([])("192.0.2.1", "203.0.113.9"), "192.0.2.1");
  });
  test("is the last that a trusted proxy saw and that is no proxy itself", () => {
    const find = clientAddressFinder(["10.0.0.0/8", "::1"]);
    assert.equal(find("10.0.0.1", "203.0.113.9"), "203.0.113.9");
    assert.equal(find("::ffff:10.0.0.1", "198.51.100.1, 203.0.113.9, 10.2.3.4"), "203.0.113.9");
    assert.equal(find("192.0.2.1", "203.0.113.9"), "192.0.2.1");
  });
  test("is the proxy's where it names nobody, or nonsense", () => {
    const find = clientAddressFinder(["10.0.0.0/8"]);
    assert.equal(find("10.0.0.1", undefined), "10.0.0.1");
    assert.equal(find("10.0.0.1", "unknown"), "10.0.0.1");
  });
  test("is this machine's own in all its forms", () => {
    for (const address of ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"]) assert.ok(isLoopback(address), address);
    for (const address of ["", "10.0.0.1", "::2", "127.0.0.1.evil.example", "localhost"]) assert.ok(!isLoopback(address), address);
  });
});
