import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type AccessRule, apiMethods, canonicalPath, isGranted, parseRule, reachOf } from "../../src/domain/access-rule.ts";

const rule = (method: string, path: string): AccessRule => parseRule({ method, path }) ?? assert.fail(`${method} ${path} is no rule`);
const grants = (path: string, called: string): boolean => isGranted([rule("GET", path)], "GET", canonicalPath(called));

describe("a rule", () => {
  test("names a method in any case and a path", () => {
    assert.deepEqual(rule("get", "/me*"), { method: "GET", path: "/me*" });
    for (const method of apiMethods) assert.equal(rule(method, "/*").method, method);
  });

  test("is none with another method, without a slash, with signs that nobody sees, or when it is too long", () => {
    for (const method of ["PATCH", "HEAD", "", "*"]) assert.equal(parseRule({ method, path: "/me" }), undefined, method);
    for (const path of ["", "me", "*", "/a b", "/a\n", "/\u202e", "/\u0000", `/${"a".repeat(500)}`])
      assert.equal(parseRule({ method: "GET", path }), undefined, JSON.stringify(path));
    assert.ok(parseRule({ method: "GET", path: `/${"a".repeat(499)}` }));
  });
});

describe("a path is granted", () => {
  test("by the very same, and not by its beginning", () => {
    assert.ok(grants("/me", "/me"));
    for (const path of ["/me/", "/me/task", "/m", "/men", "/ME"]) assert.ok(!grants("/me", path), path);
  });

  test("by a star for anything, slashes and nothing too", () => {
    for (const path of ["/me", "/me/task/contactChange/1", "/menu"]) assert.ok(grants("/me*", path), path);
    assert.ok(grants("/*/serviceInfos", "/domain/zone/example.net/serviceInfos"));
    assert.ok(!grants("/*/serviceInfos", "/domain/example.net/changeContact"));
    assert.ok(grants("/a*b*c", "/abbc"));
    assert.ok(!grants("/a*b*c", "/acb"));
  });

  test("only with the method of the rule", () => {
    assert.ok(!isGranted([rule("GET", "/*"), rule("PUT", "/*")], "POST", "/me"));
    assert.ok(isGranted([rule("GET", "/*"), rule("POST", "/me")], "POST", "/me"));
  });

  test("however rule and path are spelt", () => {
    for (const spelling of ["/ip/service/203.0.113.0%2F28", "/ip/service/203.0.113.0%2f28", "/%69p/service/%32%30%33.0.113.0%2F28"]) {
      assert.ok(grants("/ip/service/203.0.113.0%2F28", spelling), spelling);
      assert.ok(grants(spelling, "/ip/service/203.0.113.0%2F28"), spelling);
    }
  });

  test("not because an encoded slash looks like one, or an encoded star like one", () => {
    assert.ok(!grants("/ip/service/203.0.113.0/28", "/ip/service/203.0.113.0%2F28"));
    assert.ok(!grants("/me/%2A", "/me/task"));
    assert.ok(grants("/me/%2a", "/me/*"));
    assert.ok(grants("/me/bad%", "/me/bad%25"));
  });
});

describe("checked against a plain reference", () => {
  const sign = fc.constantFrom("a", "b", "/", "*", "%", "2", "F", ".", "é");
  const pattern = fc.string({ unit: sign, maxLength: 12 }).map((text) => `/${text}`);
  const path = fc.string({ unit: fc.constantFrom("a", "b", "/", ".", "é"), maxLength: 14 }).map((text) => `/${text}`);
  const reference = (given: string, text: string): boolean => {
    const source = given
      .split("*")
      .map((part) => canonicalPath(part).replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
      .join(".*");
    return new RegExp(`^${source}$`, "s").test(canonicalPath(text));
  };

  test("a star is .* and everything else itself", () => {
    fc.assert(
      fc.property(pattern, path, (given, text) => assert.equal(grants(given, text), reference(given, text))),
      { numRuns: 5000 },
    );
  });

  test("the one form of a path is its own one form", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 30 }), (text) => assert.equal(canonicalPath(canonicalPath(text)), canonicalPath(text))));
  });

  test("a rule that reaches a route wholly grants every path of it, and one that does not reach it none", () => {
    const value = fc.string({ unit: fc.constantFrom("a", "b", "1"), minLength: 1, maxLength: 4 });
    const route = fc.constantFrom("/a/{x}", "/a/{x}/b", "/{x}/{y}", "/a/b");
    fc.assert(
      fc.property(pattern, route, value, value, (given, form, one, other) => {
        const reach = reachOf(rule("GET", given), "GET", form);
        const granted = grants(given, form.replace("{x}", one).replace("{y}", other));
        if (reach === "whole") assert.ok(granted);
        if (reach === undefined) assert.ok(!granted);
      }),
      { numRuns: 5000 },
    );
  });
});

test("a hostile pattern costs no more than the product of the lengths", () => {
  const steps = "/*a".repeat(166);
  const path = `/${"a".repeat(5000)}b`;
  for (let i = 0; i < 20; i++) assert.ok(!grants(`/${"*a".repeat(249)}`, path));
  assert.ok(!grants(steps, path));
  assert.equal(reachOf(rule("GET", `/${"*a".repeat(249)}`), "GET", "/me/task/contactChange/{id}"), "part");
});
