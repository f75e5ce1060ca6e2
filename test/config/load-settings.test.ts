import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import type { Environment } from "../../src/config/environment.ts";
import { loadSettings, type Settings } from "../../src/config.ts";
import { languages } from "../../src/domain/languages.ts";

const folder = mkdtempSync(join(tmpdir(), "handover-config-"));
after(() => rmSync(folder, { recursive: true }));

const good = {
  HANDOVER_SECRET: "0123456789abcdef0123456789abcdef",
  HANDOVER_BASE_URL: "https://contacts.example.com",
  HANDOVER_SMTP_URL: "smtp://user:secret@mail.example.com:587",
};

function problemsOf(environment: Environment, mode: "serve" | "demo" | "operate" = "serve"): string[] {
  const read = loadSettings(environment, mode);
  return "problems" in read ? read.problems : [];
}

function settingsOf(environment: Environment, mode: "serve" | "demo" | "operate" = "serve"): Settings {
  const read = loadSettings(environment, mode);
  assert.ok("settings" in read, JSON.stringify(read));
  return read.settings;
}

function fileWith(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("what a demonstration needs", () => {
  test("nothing at all", () => {
    const settings = settingsOf({}, "demo");
    assert.equal(settings.mode, "demo");
    assert.equal(settings.host, "127.0.0.1");
    assert.equal(settings.port, 3000);
    assert.equal(settings.sparePorts?.[0], 3001);
    assert.equal(settings.baseUrl, "http://localhost:3000");
    assert.equal(settings.smtpUrl, undefined);
    assert.deepEqual(settings.secrets, []);
    assert.equal(settings.products.length, 25);
  });
  test("a port that somebody chose is not changed for another", () => assert.equal(settingsOf({ PORT: "4000" }, "demo").sparePorts, undefined));
  test("a variable that is set to nothing counts as not set", () => assert.equal(settingsOf({ PORT: "", HANDOVER_REALM: " " }, "demo").realm, "ovh"));
  for (const host of ["0.0.0.0", "::", "192.0.2.1", "demo.example.com"]) {
    test(`refuses to listen on ${host}, where others could read everybody's mail`, () =>
      assert.match(problemsOf({ HOST: host }, "demo").join(), /^HOST: .*this machine only/));
  }
  for (const host of ["127.0.0.1", "127.8.8.8", "::1", "localhost"]) {
    test(`listens on ${host}`, () => assert.equal(settingsOf({ HOST: host }, "demo").host, host));
  }
  test("refuses a base URL that is not on this machine", () =>
    assert.match(problemsOf({ HANDOVER_BASE_URL: "https://demo.example.com" }, "demo").join(), /^HANDOVER_BASE_URL/));
});

describe("what serve needs", () => {
  test("a secret, an address and mail", () => {
    const settings = settingsOf(good);
    assert.equal(settings.mode, "serve");
    assert.equal(settings.baseUrl, "https://contacts.example.com");
    assert.equal(settings.mailFrom, "Handover <no-reply@contacts.example.com>");
    assert.equal(settings.requestDays, 7);
    assert.equal(settings.standing, "billing");
    assert.equal(settings.signUp, "open");
  });
  test("is told all at once, by name, when all of it is missing", () => {
    assert.deepEqual(
      problemsOf({}).map((line) => line.split(":")[0]),
      ["HANDOVER_SECRET", "HANDOVER_BASE_URL", "HANDOVER_SMTP_URL"],
    );
  });
  test("a secret of 31 characters is refused", () =>
    assert.match(problemsOf({ ...good, HANDOVER_SECRET: "x".repeat(31) }).join(), /^HANDOVER_SECRET: is too short/));
  test("the secret of a demonstration is refused", () =>
    assert.match(problemsOf({ ...good, HANDOVER_SECRET: `demo-${"x".repeat(40)}` }).join(), /^HANDOVER_SECRET: is the secret of a demonstration/));
  test("an old secret of a demonstration, second in the list, is refused too", () =>
    assert.equal(problemsOf({ ...good, HANDOVER_SECRET: `${good.HANDOVER_SECRET}, demo-${"x".repeat(40)}` }).length, 1));
  test("several secrets are read newest first", () =>
    assert.deepEqual(settingsOf({ ...good, HANDOVER_SECRET: `${"b".repeat(32)},${"a".repeat(32)}` }).secrets, ["b".repeat(32), "a".repeat(32)]));
  test("a base URL without TLS is refused", () =>
    assert.match(problemsOf({ ...good, HANDOVER_BASE_URL: "http://contacts.example.com" }).join(), /^HANDOVER_BASE_URL: must begin with https/));
  test("a base URL with a path is refused", () => assert.equal(problemsOf({ ...good, HANDOVER_BASE_URL: "https://example.com/contacts" }).length, 1));
  test("a slash at the end of the base URL is taken off", () =>
    assert.equal(settingsOf({ ...good, HANDOVER_BASE_URL: "https://example.com/" }).baseUrl, "https://example.com"));
  test("a wrong mail server is not repeated: it may hold a password", () => {
    const problems = problemsOf({ ...good, HANDOVER_SMTP_URL: "http://user:hunter2@mail.example.com" });
    assert.match(problems.join(), /^HANDOVER_SMTP_URL: must look like/);
    assert.doesNotMatch(problems.join(), /hunter2/);
  });
});

describe("every wrong value", () => {
  test("is told in one go, each by the name of its variable", () => {
    const problems = problemsOf({
      PORT: "70000",
      HOST: "not a host",
      HANDOVER_SECRET: "short",
      HANDOVER_BASE_URL: "contacts.example.com",
      HANDOVER_SMTP_URL: "mail.example.com",
      HANDOVER_MAIL_FROM: "nobody",
      HANDOVER_REALM: "a-b",
      HANDOVER_REQUEST_DAYS: "31",
      HANDOVER_STANDING_POLICY: "strict",
      HANDOVER_SIGN_UP: "maybe",
      HANDOVER_TIME_ZONE: "Mars/Olympus",
      HANDOVER_TRUSTED_PROXIES: "10.0.0.0/8, 10.0.0.0/33, proxy",
      HANDOVER_TLS_CERT: "/nowhere/cert.pem",
      HANDOVER_DKIM_DOMAIN: "example.com",
      HANDOVER_RESET_BLOCK_HOURS: "-1",
      HANDOVER_PRODUCTS: "/nowhere/products.json",
      HANDOVER_HELP: "{",
      HANDOVER_REQEST_DAYS: "3",
      HANDOVER_DATABASE_URL: "mysql://db.example/handover",
      HANDOVER_DATABASE_CONNECTIONS: "0",
      HANDOVER_DRAIN_SECONDS: "61",
    });
    const named = new Set(problems.map((line) => line.split(":")[0]));
    for (const name of [
      "PORT",
      "HOST",
      "HANDOVER_SECRET",
      "HANDOVER_BASE_URL",
      "HANDOVER_SMTP_URL",
      "HANDOVER_MAIL_FROM",
      "HANDOVER_REALM",
      "HANDOVER_REQUEST_DAYS",
      "HANDOVER_STANDING_POLICY",
      "HANDOVER_SIGN_UP",
      "HANDOVER_TIME_ZONE",
      "HANDOVER_TRUSTED_PROXIES",
      "HANDOVER_TLS_CERT",
      "HANDOVER_TLS_KEY",
      "HANDOVER_DKIM_SELECTOR",
      "HANDOVER_DKIM_KEY",
      "HANDOVER_RESET_BLOCK_HOURS",
      "HANDOVER_PRODUCTS",
      "HANDOVER_HELP",
      "HANDOVER_REQEST_DAYS",
      "HANDOVER_DATABASE_URL",
      "HANDOVER_DATABASE_CONNECTIONS",
      "HANDOVER_DRAIN_SECONDS",
    ]) {
      assert.ok(named.has(name), `${name} is missing in ${[...named].join(", ")}`);
    }
    assert.equal(problems.filter((line) => line.startsWith("HANDOVER_TRUSTED_PROXIES")).length, 2);
  });
  test("a mistyped name is told with the one that was meant", () =>
    assert.match(problemsOf({ HANDOVER_REQEST_DAYS: "3" }, "demo").join(), /did you mean HANDOVER_REQUEST_DAYS\?/));
  for (const days of ["0", "31", "7.5", "seven"]) {
    test(`requests cannot last ${days} days`, () => assert.equal(problemsOf({ ...good, HANDOVER_REQUEST_DAYS: days }).length, 1));
  }
});

describe("where the data are", () => {
  const withUrl = (HANDOVER_DATABASE_URL: string): string => problemsOf({ ...good, HANDOVER_DATABASE_URL }).join();
  test("in the embedded database, where nothing is said", () => {
    const { databaseUrl, databaseConnections, drainSeconds } = settingsOf(good);
    assert.deepEqual({ databaseUrl, databaseConnections, drainSeconds }, { databaseUrl: undefined, databaseConnections: 10, drainSeconds: 0 });
  });
  for (const url of [
    "postgres://handover:hunter2@db.example/handover",
    "postgresql://handover@10.0.0.1:6432/handover",
    "postgres://u:a,b@db.example/handover",
    "postgres://u:p%40ss%2F%23@[::1]:5432/h%20o",
    "postgres://u:p@db.example/handover?sslmode=verify-full",
  ]) {
    test(`${url} is PostgreSQL`, () => assert.equal(settingsOf({ ...good, HANDOVER_DATABASE_URL: url }).databaseUrl, url));
  }
  const wrong: Record<string, RegExp> = {
    "db.example/handover": /must look like/,
    "mysql://u:hunter2@db.example/handover": /must look like/,
    "postgres:///handover": /names no host/,
    "postgres://u:hunter2@db.example": /names no database/,
    "postgres://u:hunter2@db.example/": /names no database/,
    "postgres://u:hunter2@db.example/a/b": /names no database/,
    "postgres://u:hunter2@one:5432,two:5432/handover": /several hosts/,
    "postgres://u:hunter2@db.example:port/handover": /cannot be read/,
    "postgres://u:hunter2%@db.example/handover": /%25/,
    "postgres://u:hunter2@db.example/handover#x": /%23/,
    "postgres://u:hunter2@db.example/handover?options=-csynchronous_commit=off": /no parameter “options”/,
    "postgres://u:hunter2@db.example/handover?sslmode=require": /no-verify/,
    "postgres://u:hunter2@db.example/handover?sslrootcert=/nowhere.pem": /cannot read the file/,
  };
  for (const [url, told] of Object.entries(wrong)) {
    test(`${url} is refused, and a password is not repeated`, () => {
      assert.match(withUrl(url), /^HANDOVER_DATABASE_URL: /);
      assert.match(withUrl(url), told);
      assert.doesNotMatch(withUrl(url), /hunter2/);
    });
  }
});

describe("files that settings name", () => {
  test("the provider's own products; a name missing in a language is the English one", () => {
    const path = fileWith("products.json", JSON.stringify([{ path: "garden", names: { en: "Garden", nl: "Tuin" } }]));
    const [garden] = settingsOf({ ...good, HANDOVER_PRODUCTS: path }).products;
    assert.equal(garden?.names.nl, "Tuin");
    assert.equal(garden.names.cs, "Garden");
    assert.equal(garden.contactsChangeable, true);
  });
  test("products with a fault are told by their place", () => {
    const path = fileWith(
      "wrong.json",
      JSON.stringify([
        { path: "a/b/c/d", names: { en: "Four" } },
        { path: "ok", names: { nl: "Geen Engels" } },
      ]),
    );
    assert.equal(problemsOf({ ...good, HANDOVER_PRODUCTS: path }).length, 2);
  });
  test("links to help, given as JSON or as a file", () => {
    const links = JSON.stringify({ en: { help: "https://help.example.com/" }, cs: { community: "https://komunita.example.com/" } });
    for (const given of [links, fileWith("help.json", links)]) {
      assert.deepEqual(settingsOf({ HANDOVER_HELP: given }, "demo").help, JSON.parse(links));
    }
  });
  test("the key that signs letters", () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const path = fileWith("dkim.pem", privateKey.export({ type: "pkcs8", format: "pem" }));
    const dkim = { HANDOVER_DKIM_DOMAIN: "example.com", HANDOVER_DKIM_SELECTOR: "mail", HANDOVER_DKIM_KEY: path };
    assert.equal(settingsOf({ ...good, ...dkim }).dkim?.selector, "mail");
    assert.match(problemsOf({ ...good, ...dkim, HANDOVER_DKIM_KEY: fileWith("not.pem", "no key") }).join(), /no private key/);
  });
});

describe("the standard products", () => {
  const { products } = settingsOf({}, "demo");
  test("have a name in every language", () => {
    for (const product of products) for (const language of languages) assert.ok(product.names[language], `${product.path} in ${language}`);
  });
  test("have paths of one to three segments, each once", () => {
    assert.equal(new Set(products.map((product) => product.path)).size, products.length);
    for (const { path } of products) assert.match(path, /^[A-Za-z]+(\/[A-Za-z]+){0,2}$/);
  });
});
