import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { newHandle, parseHandle } from "../../src/domain/handle.ts";

test("§1: a handle is two letters, four to ten digits, a hyphen and the realm; any case is accepted, lower case is stored", () => {
  assert.equal(parseHandle(" AB12345-OVH "), "ab12345-ovh");
  assert.equal(parseHandle("aa1234-ovh"), "aa1234-ovh");
  assert.equal(parseHandle("aa1234567890-ovh"), "aa1234567890-ovh");
  for (const wrong of [
    "",
    "aa123-ovh",
    "aa12345678901-ovh",
    "a1234-ovh",
    "aaa1234-ovh",
    "aa123456ovh",
    "aa123456-",
    "aa123456-o.h",
    "aa１２３４-ovh",
    "аа1234-ovh",
    "aa1234-ovh\n' or 1=1",
  ]) {
    assert.equal(parseHandle(wrong), undefined, JSON.stringify(wrong));
  }
});

test("§1: a new handle has six digits and the realm of the configuration", () => {
  for (let i = 0; i < 200; i++) assert.match(newHandle(randomBytes(8), "acme"), /^[a-z]{2}[0-9]{6}-acme$/);
  assert.equal(newHandle(Uint8Array.of(0, 25, 0, 0, 0, 7), "ovh"), "az000007-ovh");
});
