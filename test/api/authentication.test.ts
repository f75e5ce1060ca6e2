import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { pino } from "pino";
import { createApplication } from "../../src/actions/keys/create-application.ts";
import type { KeySecrets } from "../../src/actions/keys/create-key.ts";
import { requestCredential } from "../../src/actions/keys/request-credential.ts";
import { revokeCredential } from "../../src/actions/keys/revoke-credential.ts";
import { validateCredential } from "../../src/actions/keys/validate-credential.ts";
import { createApi } from "../../src/api/api.ts";
import { secretsFrom } from "../../src/auth/secrets.ts";
import type { Context } from "../../src/context.ts";
import { allThatIsKept } from "../support/all-that-is-kept.ts";
import { openSwitchboard, type Switchboard } from "../support/api-caller.ts";
import { days } from "../support/clock.ts";
import { givePassword, makeKey, password, type Signing, signedRequest } from "../support/key-holder.ts";

const proxied = { trustedProxies: ["127.0.0.1"] };
const base = "http://127.0.0.1:3000/1.0";

const failure = (status: number, errorCode: string, message: string) => ({
  status,
  body: { errorCode, httpCode: `${status} ${status === 400 ? "Bad Request" : "Forbidden"}`, message },
});
const notValid = failure(403, "INVALID_CREDENTIAL", "This credential is not valid");
const notGranted = failure(403, "NOT_GRANTED_CALL", "This call has not been granted");
const unknownCredential = failure(403, "NOT_CREDENTIAL", "This credential does not exist");
const wrongSignature = failure(400, "INVALID_SIGNATURE", "Invalid signature");

let sw: Switchboard;
let key: KeySecrets;

beforeEach(async () => {
  sw = await openSwitchboard(proxied);
  await givePassword(sw, "alice");
  key = await makeKey(sw, "alice");
});
afterEach(() => sw.close());

const signed = (given: Partial<Signing> = {}, by: KeySecrets = key): Request =>
  signedRequest(by, { url: `${base}/auth/currentCredential`, at: sw.clock.now(), ...given });
const call = async (request: Request): Promise<{ status: number; body: unknown }> => {
  const { status, body } = await sw.raw(request);
  return { status, body };
};
const statusOf = async (request: Request): Promise<number> => (await sw.raw(request)).status;
const bearer = (token: string, path = "/auth/currentCredential"): Request => new Request(base + path, { headers: { Authorization: `Bearer ${token}` } });

describe("a call is not let in", () => {
  test("without a key", async () => {
    const login = failure(403, "NOT_CREDENTIAL", "You must login first");
    assert.deepEqual(await call(new Request(`${base}/auth/currentCredential`)), login);
    assert.deepEqual(await call(new Request(`${base}/auth/currentCredential`, { headers: { "X-Ovh-Application": key.applicationKey } })), login);
  });

  test("by an application that does not exist", async () => {
    const invalid = failure(403, "INVALID_KEY", "This application key is invalid");
    assert.deepEqual(await call(signed({}, { ...key, applicationKey: "0123456789abcdef" })), invalid);
    const asks = { accessRules: [{ method: "GET", path: "/me" }] };
    const { status, body } = await sw.unsigned("POST", "/auth/credential", asks, { "X-Ovh-Application": "0123456789abcdef" });
    assert.deepEqual({ status, body }, invalid);
  });

  test("by a consumer key that does not exist, or is another application's", async () => {
    assert.deepEqual(await call(signed({}, { ...key, consumerKey: "x".repeat(32) })), unknownCredential);
    const other = await makeKey(sw, "alice");
    assert.deepEqual(await call(signed({}, { ...key, consumerKey: other.consumerKey ?? "" })), unknownCredential);
  });

  test("with a signature that is wrong, missing, or of other bytes, another method or another path", async () => {
    assert.deepEqual(await call(signed({}, { ...key, applicationSecret: "x".repeat(32) })), wrongSignature);
    assert.deepEqual(await call(signed({ headers: { "X-Ovh-Signature": "" } })), wrongSignature);
    assert.deepEqual(await call(signed({ signs: `${base}/auth/details` })), wrongSignature);
    assert.deepEqual(await call(signed({ signs: `${base}/auth/currentCredential?a=b` })), wrongSignature);
    const { headers } = signed({ method: "POST", url: `${base}/auth/logout`, body: "{}" });
    assert.deepEqual(await call(new Request(`${base}/auth/logout`, { method: "POST", headers, body: "{ }" })), wrongSignature);
    assert.equal(await statusOf(new Request(`${base}/auth/logout`, { method: "PUT", headers, body: "{}" })), 405);
  });

  test("to what no rule of its key covers, in each call of a batch too", async () => {
    const narrow = await makeKey(sw, "alice", { rules: [{ method: "GET", path: "/me/api/credential/1" }] });
    assert.deepEqual(await call(signed({ url: `${base}/me/api/credential` }, narrow)), notGranted);
    assert.equal(await statusOf(signed({}, narrow)), 200, "every key may look at itself");
    assert.deepEqual(await call(signed({ url: `${base}/me/api/credential/2` }, narrow)), notGranted);
    assert.equal(await statusOf(signed({ url: `${base}/me/api/credential/1` }, narrow)), 200);
    assert.equal(await statusOf(signed({ url: `${base}/me/api/credential/%31` }, narrow)), 200);
    assert.deepEqual(await call(signed({ method: "DELETE", url: `${base}/me/api/credential/1` }, narrow)), notGranted);
    const { body } = await call(signed({ url: `${base}/me/api/credential/1,2`, headers: { "X-Ovh-Batch": "," } }, narrow));
    const items = body as { key: string; value: { credentialId: number } | null; error: unknown }[];
    assert.equal(items[0]?.value?.credentialId, 1);
    assert.deepEqual(items[1], { key: "2", value: null, error: notGranted.body });
  });
});

describe("the clock of the client", () => {
  test("may be 180 seconds off, either way", async () => {
    const now = Math.floor(sw.clock.now() / 1000) * 1000;
    sw.clock.advance(now - sw.clock.now());
    for (const off of [-180, 180]) assert.equal(await statusOf(signed({ at: now + off * 1000 })), 200, String(off));
    for (const off of [-181, 181]) {
      const { status, body } = await call(signed({ at: now + off * 1000 }));
      assert.equal(status, 400);
      const { errorCode, httpCode, message } = body as { errorCode: string; httpCode: string; message: string };
      assert.deepEqual([errorCode, httpCode], ["INVALID_TIMESTAMP", "400 Bad Request"]);
      assert.ok(message.includes(new Date(now).toISOString()), message);
      assert.ok(message.includes(new Date(now + off * 1000).toISOString()), message);
    }
  });

  test("must say a time", async () => {
    for (const time of ["", "yesterday", "-1", "1e9", "9".repeat(13)]) {
      const { status, body } = await call(signed({ headers: { "X-Ovh-Timestamp": time } }));
      assert.equal(status, 400);
      assert.match((body as { message: string }).message, /nothing that is a time, the server \d{4}-/);
    }
  });
});

describe("a signed URL", () => {
  const path = "/1.0/auth/currentCredential?a=b%20c&d=%C3%A9";
  const cases = [
    ["127.0.0.1:3000", ["http://127.0.0.1:3000", "https://127.0.0.1:3000", "http://127.0.0.1", "https://127.0.0.1"]],
    ["api.example.net", ["http://api.example.net", "https://api.example.net", "https://api.example.net:443", "http://api.example.net:80"]],
    ["api.example.net:8443", ["https://api.example.net:8443", "https://api.example.net", "http://api.example.net:8443"]],
  ] as [string, string[]][];

  for (const [host, forms] of cases)
    for (const form of forms)
      test(`of a call to ${host} may be ${form}/…`, async () => {
        const request = signed({ url: `http://${host}${path}`, signs: form + path, headers: { Host: host } });
        assert.equal(await statusOf(request), 200);
      });

  test("may name the server as it is known, when a proxy calls it otherwise", async () => {
    const request = signed({ url: `http://backend:9000${path}`, signs: `https://127.0.0.1${path}`, headers: { Host: "backend:9000" } });
    assert.equal(await statusOf(request), 200);
  });

  test("is no other server's", async () => {
    const request = signed({ url: `http://127.0.0.1:3000${path}`, signs: `https://evil.example${path}`, headers: { Host: "127.0.0.1:3000" } });
    assert.equal(await statusOf(request), 400);
  });

  test("has the prefix of the call", async () => {
    assert.equal(await statusOf(signed({ url: "http://127.0.0.1:3000/v1/auth/currentCredential" })), 200);
    assert.equal(await statusOf(signed({ signs: "http://127.0.0.1:3000/v1/auth/currentCredential" })), 400);
  });
});

test("the body is signed as it comes, byte by byte", async () => {
  const bytes = Uint8Array.from(Buffer.from('{"allowedIPs" :\t["127.0.0.1"], "é": "\u{1f600}"}'));
  const put = { method: "PUT", url: `${base}/me/api/credential/1`, body: bytes };
  assert.deepEqual(await call(signed(put)), { status: 200, body: null });
  const invalid = Uint8Array.from([0xff, 0x00, 0x80]);
  assert.equal(await statusOf(signed({ ...put, body: invalid })), 400);
  assert.notDeepEqual(await call(signed({ ...put, body: invalid })), wrongSignature);
});

describe("a key", () => {
  const ask = async () => {
    const app = await createApplication(sw.context, sw.who.alice, { name: "Tool", description: "Moves contacts", password });
    const accessRules = [{ method: "GET", path: "/*" }];
    const asked = await requestCredential(sw.context, "127.0.0.1", { applicationKey: app.applicationKey, accessRules });
    if (asked === "unknown-application") return assert.fail(asked);
    const token = asked.validationUrl.split("credentialToken=")[1] ?? "";
    return { keys: { ...app, consumerKey: asked.consumerKey }, token };
  };

  test("is worth nothing before somebody agrees, all that was agreed to after it, and nothing from its end on", async () => {
    const { keys, token } = await ask();
    assert.deepEqual(await call(signed({}, keys)), notValid);
    await validateCredential(sw.context, sw.who.alice, { token, validity: "1", password });
    assert.equal(await statusOf(signed({}, keys)), 200);
    assert.deepEqual(await call(signed({ method: "DELETE", url: `${base}/me/api/credential/1` }, keys)), notGranted);
    sw.clock.advance(days(1) - 1);
    assert.equal(await statusOf(signed({}, keys)), 200);
    sw.clock.advance(1);
    assert.deepEqual(await call(signed({}, keys)), notValid);
  });

  test("is unknown from its revocation on", async () => {
    await revokeCredential(sw.context, sw.who.alice, { id: 1 });
    assert.deepEqual(await call(signed()), unknownCredential);
  });

  test("ends by logging out with it", async () => {
    assert.deepEqual(await call(signed({ method: "POST", url: `${base}/auth/logout` })), { status: 200, body: null });
    assert.deepEqual(await call(signed()), unknownCredential);
  });

  test("of a suspended account rests until it is resumed", async () => {
    await sw.alter("alice", { status: "suspended" });
    assert.deepEqual(await call(signed()), notValid);
    await sw.alter("alice", { status: "active" });
    assert.equal(await statusOf(signed()), 200);
  });

  test("works from its addresses alone", async () => {
    const bound = await makeKey(sw, "alice", { allowedIPs: ["203.0.113.0/24", "2001:db8::/32", "198.51.100.7"] });
    const from = (source: string) => call(signed({ headers: { "X-Forwarded-For": source } }, bound));
    for (const source of ["203.0.113.9", "2001:db8:1::1", "198.51.100.7", "::ffff:203.0.113.9"]) assert.equal((await from(source)).status, 200, source);
    for (const source of ["203.0.114.1", "2001:db9::1", "198.51.100.8"])
      assert.deepEqual(await from(source), failure(403, "NOT_GRANTED_CALL", `This call has not been granted from ${source}`));
  });

  test("survives a new secret of the server that is put before the old one", async () => {
    const client = await makeKey(sw, "alice", { kind: "client" });
    const secrets = secretsFrom(["another secret, newer, and long enough too", ...sw.settings.secrets]);
    const api = apiOf({ ...sw.context, secrets });
    assert.equal((await api.request(signed())).status, 200);
    assert.equal((await api.request(tokenRequest(client))).status, 200);
    const forgotten = apiOf({ ...sw.context, secrets: secretsFrom(["another secret, newer, and long enough too"]) });
    assert.equal((await forgotten.request(signed())).status, 403);
  });
});

const apiOf = (context: Context) => createApi(context, { socketAddress: () => "127.0.0.1", target: () => undefined });

const tokenRequest = (client: KeySecrets, more: Record<string, string> = {}): Request =>
  new Request(`${base}/auth/oauth2/token`, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: client.applicationKey,
      client_secret: client.applicationSecret,
      ...more,
    }).toString(),
  });

describe("a writing call", () => {
  test("is done once, however often its signature comes", async () => {
    const logout = signed({ method: "PUT", url: `${base}/me/api/credential/1`, body: "{}" });
    assert.equal(await statusOf(logout.clone()), 200);
    const again = await call(logout);
    assert.equal(again.status, 403);
    assert.match((again.body as { message: string }).message, /made before/);
    sw.clock.advance(1000);
    assert.equal(await statusOf(signed({ method: "PUT", url: `${base}/me/api/credential/1`, body: "{}" })), 200);
  });

  test("gets the first answer again with its Idempotency-Key", async () => {
    const put = signed({ method: "PUT", url: `${base}/me/api/credential/1`, body: "{}", headers: { "Idempotency-Key": "one" } });
    for (const request of [put.clone(), put]) assert.deepEqual(await call(request), { status: 200, body: null });
    const other = signed({ method: "PUT", url: `${base}/me/api/credential/1`, body: '{"allowedIPs":[]}', headers: { "Idempotency-Key": "one" } });
    assert.equal(await statusOf(other), 422);
  });

  test("that reads only may come as often as it likes", async () => {
    const get = signed();
    for (const request of [get.clone(), get.clone(), get]) assert.equal(await statusOf(request), 200);
  });
});

describe("an access token", () => {
  let client: KeySecrets;
  const issue = async (request = tokenRequest(client)) => {
    const { status, body, headers } = await sw.raw(request);
    return { status, headers, body: body as Record<string, unknown> };
  };

  beforeEach(async () => {
    client = await makeKey(sw, "alice", { kind: "client", rules: [{ method: "GET", path: "/auth/*" }], validity: "1" });
    assert.equal(client.consumerKey, undefined);
  });

  test("is given for the secret in the form or in the header, and opens what its client may call", async () => {
    const basic = `Basic ${Buffer.from(`${client.applicationKey}:${client.applicationSecret}`).toString("base64")}`;
    const headers = { "Content-Type": "application/x-www-form-urlencoded", Authorization: basic };
    const byHeader = new Request(`${base}/auth/oauth2/token`, { method: "POST", headers, body: "grant_type=client_credentials&scope=all" });
    for (const request of [tokenRequest(client, { scope: "all" }), byHeader]) {
      const { status, body, headers: given } = await issue(request);
      assert.equal(status, 200);
      const { access_token, ...rest } = body;
      assert.deepEqual(rest, { token_type: "Bearer", expires_in: 3600, scope: "all" });
      assert.equal(given.get("Cache-Control"), "no-store");
      assert.equal(await statusOf(bearer(String(access_token))), 200);
      assert.deepEqual(await call(bearer(String(access_token), "/me/api/credential")), notGranted);
    }
  });

  test("ends after an hour, with its client, and by logging out", async () => {
    const unknown = failure(403, "INVALID_CREDENTIAL", "This access token is unknown or has expired");
    const token = async () => String((await issue()).body["access_token"]);
    const first = await token();
    sw.clock.advance(3_600_000);
    assert.deepEqual(await call(bearer(first)), unknown);
    const second = await token();
    await revokeCredential(sw.context, sw.who.alice, { id: 2 });
    assert.deepEqual(await call(bearer(second)), unknown);
    assert.deepEqual(await call(bearer("x".repeat(64))), unknown);
    assert.equal((await issue()).body["error"], "invalid_client");
  });

  test("is refused in the words of RFC 6749", async () => {
    const told = async (more: Record<string, string>) => {
      const { status, body } = await issue(tokenRequest(client, more));
      assert.equal(typeof body["error_description"], "string");
      return [status, body["error"]];
    };
    assert.deepEqual(await told({ grant_type: "password" }), [400, "unsupported_grant_type"]);
    assert.deepEqual(await told({ scope: "some" }), [400, "invalid_scope"]);
    assert.deepEqual(await told({ client_secret: "wrong" }), [401, "invalid_client"]);
    assert.deepEqual(await told({ client_id: "nobody" }), [401, "invalid_client"]);
    assert.deepEqual(await told({ client_id: key.applicationKey, client_secret: key.applicationSecret }), [401, "invalid_client"]);
    const plain = new Request(`${base}/auth/oauth2/token`, { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } });
    assert.deepEqual((await issue(plain)).body["error"], "invalid_request");
    sw.clock.advance(days(1));
    assert.deepEqual(await told({}), [401, "invalid_client"]);
  });

  test("is not for a suspended account", async () => {
    const { body } = await issue();
    await sw.alter("alice", { status: "suspended" });
    assert.deepEqual(await call(bearer(String(body["access_token"]))), notValid);
    assert.equal((await issue()).status, 401);
  });

  test("cannot be guessed at for long from one place; good secrets from there are not counted", async () => {
    for (let i = 0; i < 40; i++) assert.equal((await issue()).status, 200);
    for (let i = 0; i < 30; i++) assert.equal((await issue(tokenRequest({ ...client, applicationSecret: `wrong${i}` }))).status, 401);
    const { status, headers } = await issue();
    assert.equal(status, 429);
    assert.match(headers.get("Retry-After") ?? "", /^[1-9][0-9]*$/);
  });
});

test("no secret of a key can be read in the database or in the log", async () => {
  const lines: string[] = [];
  const api = apiOf({ ...sw.context, log: pino({ level: "trace" }, { write: (line: string) => void lines.push(line) }) });
  const client = await makeKey(sw, "alice", { kind: "client" });
  const app = await createApplication(sw.context, sw.who.alice, { name: "Tool", description: "Moves contacts", password });
  const asked = await requestCredential(sw.context, "127.0.0.1", { applicationKey: app.applicationKey, accessRules: [{ method: "GET", path: "/*" }] });
  if (asked === "unknown-application") assert.fail(asked);
  const issued = (await (await api.request(tokenRequest(client))).json()) as { access_token: string };
  await api.request(signed());
  await api.request(bearer(issued.access_token));
  const told = [key.applicationSecret, key.consumerKey ?? "", client.applicationSecret, app.applicationSecret, asked.consumerKey, issued.access_token];
  const secrets = [...told, asked.validationUrl.split("=")[1] ?? ""];
  const files = await allThatIsKept(sw);
  assert.ok(files.some((file) => file.includes(key.applicationKey)));
  for (const secret of secrets) {
    assert.ok(secret.length >= 32);
    assert.ok(!files.some((file) => file.includes(secret)));
    assert.ok(!lines.some((line) => line.includes(secret)));
  }
});
