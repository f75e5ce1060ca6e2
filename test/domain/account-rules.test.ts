import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clientNetwork } from "../../src/domain/client-network.ts";
import { addressKey, faultInAddress, normaliseAddress } from "../../src/domain/email-address.ts";
import { parseLogin } from "../../src/domain/login.ts";
import { faultInPassword, isPersonal, normalisePassword } from "../../src/domain/password.ts";
import { faultInName, normaliseName } from "../../src/domain/person-name.ts";
import { isSeenAnew, sessionExpiry } from "../../src/domain/session-life.ts";

const long = (n: number): string => `${"a".repeat(60)}@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(n)}.example`;

describe("an e-mail address", () => {
  for (const address of ["a@example.org", "Ann.O'Hara+shop@mail.example.co.uk", "x@xn--exmple-cua.example", "a@b.xn--p1ai"]) {
    test(`may be ${address}`, () => assert.equal(faultInAddress(normaliseAddress(address)), undefined));
  }
  const wrong = [
    "a",
    "a@b",
    "@example.org",
    "a@",
    "a b@example.org",
    "a@example.org, b@example.org",
    "a@example.org\nBcc: b@example.org",
    "a@exa\u0000mple.org",
  ];
  const hostile = [
    "<a@example.org>",
    '"a"@example.org',
    ".a@example.org",
    "a..b@example.org",
    "a@-example.org",
    "a@127.0.0.1",
    "mi\u212ae@example.org",
    "a@exämple.org:25",
  ];
  for (const address of [...wrong, ...hostile]) {
    test(`may not be ${JSON.stringify(address)}`, () => assert.equal(faultInAddress(normaliseAddress(address)), "email-invalid"));
  }
  test("has 254 characters at most", () => {
    assert.equal(faultInAddress(long(60)), undefined);
    assert.equal(faultInAddress(long(64)), "email-too-long");
  });
  test("is found in any case, and by its domain in its own script", () => {
    assert.equal(addressKey(" Ann@Example.ORG "), "ann@example.org");
    assert.equal(addressKey("ann@Bücher.example"), "ann@xn--bcher-kva.example");
  });
});

describe("a name", () => {
  for (const name of ["Jo", "Łukasz Żółć", "O’Brien & Sons (Ltd.)", "李小龍", "می\u200cخواهم", "x".repeat(100)]) {
    test(`may be ${name.slice(0, 20)}`, () => assert.equal(faultInName(normaliseName(name)), undefined));
  }
  const hostile = [
    "a\nb",
    "a\rBcc: b",
    "a\u0000b",
    "a\u202eb",
    "a\u2066b",
    "a\u2028b",
    "\u200d",
    "a\ud800b",
    "a\u200bb",
    "…",
    "Win at https://evil.example",
    "www.evil.example",
  ];
  for (const name of hostile) {
    test(`may not be ${JSON.stringify(name)}`, () => assert.equal(faultInName(normaliseName(name)), "name-invalid"));
  }
  test("is not empty, and has 100 characters at most", () => {
    assert.equal(faultInName(normaliseName("  ")), "name-missing");
    assert.equal(faultInName("😀".repeat(100) + "a"), "name-too-long");
  });
});

describe("a password", () => {
  test("has 10 to 128 characters, whichever they are", () => {
    assert.equal(faultInPassword("123456789"), "password-too-short");
    assert.equal(faultInPassword("aaaaaaaaaa"), undefined);
    assert.equal(faultInPassword("😀".repeat(128)), undefined);
    assert.equal(faultInPassword("a".repeat(129)), "password-too-long");
  });
  test("is the same from every keyboard", () => {
    assert.equal(normalisePassword("Zu\u0308rich am See"), normalisePassword("Z\u00fcrich am See"));
  });
  test("is not what everybody knows of the account", () => {
    const ann = { handle: "aa123456-ovh", email: "Ann@example.org", name: "Ann O’Hara" };
    for (const known of ["AA123456-OVH", "ann@example.ORG", " ann o’hara "]) assert.equal(isPersonal(known, ann), true, known);
    assert.equal(isPersonal("ann o’hara’s horse", ann), false);
  });
});

describe("a login", () => {
  test("is a handle in any case, or else an address", () => {
    assert.deepEqual(parseLogin(" AA123456-Ovh "), { by: "handle", key: "aa123456-ovh" });
    assert.deepEqual(parseLogin("Ann@Example.org"), { by: "address", key: "ann@example.org" });
  });
});

describe("a client", () => {
  test("is an IPv4 address, also when it is written as IPv6", () => {
    assert.equal(clientNetwork("192.0.2.1"), "192.0.2.1");
    assert.equal(clientNetwork("::ffff:192.0.2.1"), "192.0.2.1");
  });
  test("is the /64 of an IPv6 address, however it is written", () => {
    for (const address of ["2001:db8::1", "2001:0DB8:0:0:ffff::2", "2001:db8:0:0:1:2:3:4", "2001:db8::%eth0"])
      assert.equal(clientNetwork(address), "2001:db8:0:0::/64");
    assert.equal(clientNetwork("::1"), "0:0:0:0::/64");
  });
  test("is the command line as such", () => assert.equal(clientNetwork("cli"), "cli"));
});

describe("a session", () => {
  const hour = 3_600_000;
  const day = 24 * hour;
  test("lives 7 days after its last use, 30 days at most", () => {
    assert.equal(sessionExpiry(0, 0), 7 * day);
    assert.equal(sessionExpiry(0, 20 * day), 27 * day);
    assert.equal(sessionExpiry(0, 29 * day), 30 * day);
  });
  test("writes its use down once an hour", () => {
    assert.equal(isSeenAnew(0, hour - 1), false);
    assert.equal(isSeenAnew(0, hour), true);
  });
});
