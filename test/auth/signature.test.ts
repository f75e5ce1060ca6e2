import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { isSignatureOf, type SignedCall, signedUrls } from "../../src/auth/signature.ts";

const call: SignedCall = {
  applicationSecret: "s".repeat(32),
  consumerKey: "c".repeat(32),
  method: "POST",
  urls: ["http://api.example.net/1.0/me"],
  body: Buffer.from('{"name":"é"}'),
  timestamp: "1795250000",
};

const sign = (parts: (string | Uint8Array)[]): string => {
  const hash = createHash("sha1");
  for (const [i, part] of parts.entries()) hash.update(i === 0 ? "" : "+").update(part);
  return `$1$${hash.digest("hex")}`;
};
const usual = (url: string, body: Uint8Array = call.body): string => sign([call.applicationSecret, call.consumerKey, call.method, url, body, call.timestamp]);

describe("a signature", () => {
  test("is $1$ and the SHA-1 of secret, consumer key, method, URL, body and time", () => {
    const known = { ...call, applicationSecret: "AS", consumerKey: "CK", method: "GET", body: new Uint8Array(), timestamp: "1" };
    const sha1 = createHash("sha1").update("AS+CK+GET+http://api.example.net/1.0/me++1").digest("hex");
    assert.ok(isSignatureOf(`$1$${sha1}`, known));
  });

  test("counts for any of the URLs, and for no other", () => {
    const urls = ["http://one/x", "https://two/x"];
    for (const url of urls) assert.ok(isSignatureOf(usual(url), { ...call, urls }));
    assert.ok(!isSignatureOf(usual("http://three/x"), { ...call, urls }));
    assert.ok(!isSignatureOf(usual("http://one/x"), { ...call, urls: [] }));
  });

  test("is of the raw bytes, whatever they mean as text", () => {
    const url = call.urls[0] ?? "";
    const bytes = Uint8Array.from([0xff, 0xfe, 0x00, 0x2b, 0x80]);
    assert.ok(isSignatureOf(usual(url, bytes), { ...call, body: bytes }));
    assert.ok(!isSignatureOf(usual(url, Buffer.from(Buffer.from(bytes).toString("utf8"))), { ...call, body: bytes }));
  });

  test("is wrong as soon as one part of the call differs", () => {
    const good = usual(call.urls[0] ?? "");
    assert.ok(isSignatureOf(good, call));
    const others: Partial<SignedCall>[] = [
      { applicationSecret: "t".repeat(32) },
      { consumerKey: "d".repeat(32) },
      { method: "PUT" },
      { body: new Uint8Array() },
      { timestamp: "1795250001" },
    ];
    for (const other of others) assert.ok(!isSignatureOf(good, { ...call, ...other }), JSON.stringify(other));
    for (const given of ["", "$1$", good.slice(0, -1), `${good}0`, good.slice(3), good.toUpperCase(), `$2$${good.slice(3)}`, "é".repeat(43)])
      assert.ok(!isSignatureOf(given, call), given);
  });
});

describe("the URLs that clients sign", () => {
  test("are those of both schemes, with and without the port", () => {
    const forms = signedUrls(["api.example.net:8443"], "/1.0/me?a=b%20c");
    for (const scheme of ["http", "https"])
      for (const host of ["api.example.net:8443", "api.example.net"]) assert.ok(forms.includes(`${scheme}://${host}/1.0/me?a=b%20c`), `${scheme} ${host}`);
  });

  test("begin with the likely one: https, but where a port is named", () => {
    assert.equal(signedUrls(["api.example.net"], "/x")[0], "https://api.example.net/x");
    assert.equal(signedUrls(["api.example.net:8443"], "/x")[0], "http://api.example.net:8443/x");
  });

  test("may name the usual port too", () => {
    const forms = signedUrls(["api.example.net"], "/x");
    assert.ok(forms.includes("https://api.example.net:443/x"));
    assert.ok(forms.includes("http://api.example.net:80/x"));
  });

  test("are each there once, for every name of the server", () => {
    const forms = signedUrls(["one.example", "two.example:80"], "/");
    assert.equal(new Set(forms).size, forms.length);
    for (const host of ["one.example", "two.example", "two.example:80"]) assert.ok(forms.includes(`http://${host}/`), host);
  });

  test("keep an IPv6 address whole", () => {
    const forms = signedUrls(["[2001:db8::1]:3000"], "/");
    assert.ok(forms.includes("https://[2001:db8::1]/"));
    assert.ok(forms.includes("http://[2001:db8::1]:3000/"));
    assert.ok(signedUrls(["[2001:db8::1]"], "/").includes("http://[2001:db8::1]/"));
  });
});
