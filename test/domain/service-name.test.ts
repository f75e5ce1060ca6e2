import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assert as assertProperty, domain as domains, oneof, property, string, webUrl } from "fast-check";
import { shownName, storedName } from "../../src/domain/service-name.ts";

const products = ["domain", "domain/zone", "hosting/web", "ip", "vps"];
const domain = (typed: string) => storedName({ path: "domain", domainNames: true }, typed, products);
const named = (path: string, name: string) => storedName({ path, domainNames: false }, name, products);
const ip = (typed: string) => storedName({ path: "ip", domainNames: false }, typed, products);

describe("§10: names of services", () => {
  test("domains are stored as lower-case A-labels", () => {
    assert.equal(domain(" Example.NET "), "example.net");
    assert.equal(domain("Bücher.Example"), "xn--bcher-kva.example");
    assert.equal(domain("xn--bcher-kva.example"), "xn--bcher-kva.example");
    assert.equal(domain("_dmarc.example.net."), "_dmarc.example.net");
  });
  test("a name that is stored as it is typed is stored alike in capital letters", () => {
    for (const typed of ["example.net", "a.b", "a--b.x--y", "xn-.net", "1.2.n3", "1.2.3.0x4", `${"l".repeat(63)}.net`, `${"l".repeat(64)}.net`])
      assert.equal(domain(typed), domain(typed.toUpperCase()), typed);
    assertProperty(property(domains(), (typed) => domain(typed.toLowerCase()) === domain(typed.toUpperCase())));
  });
  test("and shown as U-labels", () => {
    assert.equal(shownName("xn--bcher-kva.example"), "bücher.example");
    assert.equal(shownName("example.net"), "example.net");
    assert.equal(shownName("192.0.2.0/24"), "192.0.2.0/24");
  });
  for (const typed of [
    "",
    "example",
    "a..b",
    "a b.net",
    "a@b.net",
    "a.net/x",
    "a.net:80",
    "ex%41mple.net",
    "*.example.net",
    "-a.net",
    "127.0.0.1",
    "127.1",
    "0x7f.1",
  ]) {
    test(`${JSON.stringify(typed)} is no domain name`, () => assert.equal(domain(typed), undefined));
  }
  test("a false A-label is no domain name", () => assert.equal(domain("xn--0.example"), undefined));
  test("a label has at most 63 characters, a name 253", () => {
    assert.equal(domain(`${"a".repeat(64)}.net`), undefined);
    assert.equal(domain(`${"a.".repeat(126)}net`), undefined);
  });
  test("other names stay as they are", () => {
    assert.equal(ip(" 192.0.2.0/24 "), "192.0.2.0/24");
    assert.equal(ip("My Server"), "My Server");
    assert.equal(ip("x".repeat(256)), undefined);
    assert.equal(ip("a\nb"), undefined);
  });
  test("a name that would clash with a route is refused", () => {
    assert.equal(named("domain", "zone"), undefined);
    assert.equal(named("domain", "zone/x"), undefined);
    assert.equal(named("domain", "zones"), "zones");
    assert.equal(named("vps", "zone"), "zone");
    assert.equal(named("ip", "a/changeContact"), undefined);
    assert.equal(named("ip", "serviceInfos"), undefined);
    assert.equal(named("ip", "Owner"), undefined);
    assert.equal(named("ip", "a/contactHistory"), undefined);
    assert.equal(named("ip", "owners"), "owners");
    assert.equal(named("ip", "../vps"), undefined);
    assert.equal(named("ip", "/a"), undefined);
  });
  test("a stored domain name is stored again as itself, whatever was typed", () => {
    assertProperty(
      property(oneof(domains(), string({ unit: "grapheme" }), webUrl()), (typed) => {
        const stored = domain(typed);
        return stored === undefined || (domain(stored) === stored && domain(shownName(stored)) === stored);
      }),
    );
  });
});
