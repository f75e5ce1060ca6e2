import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { databaseTrouble, unknownTrouble } from "../../src/cli/database-trouble.ts";
import { PostgresUnfit } from "../../src/storage/postgres-session.ts";
import { StoreUnavailable } from "../../src/storage/store.ts";

const url = "postgres://shop:hunter2@db.example:6432/contacts";
const withCode = (code: string, message = "words of the driver"): Error => Object.assign(new Error(message), { code });
const unavailable = (cause: unknown): StoreUnavailable => new StoreUnavailable("the database cannot be used at the moment", { cause });
const ofServer = (code: string, message = "words of the server"): Error => Object.assign(withCode(code, message), { severity: "FATAL" });

describe("trouble with PostgreSQL is told in one line that says what to do, and passes or not", () => {
  const cases: [string, unknown, boolean, RegExp][] = [
    ["nothing listens", unavailable(withCode("ECONNREFUSED")), true, /Nothing listens at db\.example:6432/],
    ["a host with two addresses refuses", unavailable(new AggregateError([withCode("ECONNREFUSED"), withCode("ECONNREFUSED")])), true, /Nothing listens/],
    ["the host is unknown", unavailable(withCode("ENOTFOUND")), true, /no host called db\.example/],
    ["nobody answers", unavailable(new Error("timeout expired")), true, /does not answer/],
    ["it is starting", unavailable(ofServer("57P03")), true, /starting or stopping/],
    ["somebody holds a row", unavailable(ofServer("55P03", "canceling statement due to lock timeout")), true, /somebody else holds.*pg_stat_activity/i],
    ["a statement takes long", unavailable(ofServer("57014", "canceling statement due to statement timeout")), true, /somebody else holds/i],
    ["it has no connection left", unavailable(ofServer("53300")), true, /HANDOVER_DATABASE_CONNECTIONS/],
    ["it only reads", unavailable(new StoreUnavailable("the database only reads: it is a standby, or was told to")), true, /primary/],
    ["a proxy hangs up", unavailable(withCode("ECONNRESET", "read ECONNRESET")), true, /connection to db\.example:6432 was broken off/],
    ["the password is wrong", ofServer("28P01"), false, /refuses the password of shop/],
    ["the role is unknown", ofServer("28000", "no pg_hba.conf entry"), false, /let shop in \(no pg_hba\.conf entry\)/],
    ["the database is missing", ofServer("3D000"), false, /Is HANDOVER_DATABASE_URL right\? Else create it: createdb --owner=shop --encoding=UTF8 contacts/],
    ["the role may not create tables", ofServer("42501"), false, /ALTER DATABASE contacts OWNER TO shop;/],
    ["the server is too old", unavailable(new PostgresUnfit("PostgreSQL 13 is too old: 14 or newer is needed.")), false, /PostgreSQL 13 is too old/],
    ["the certificate is not trusted", unavailable(withCode("SELF_SIGNED_CERT_IN_CHAIN")), false, /sslrootcert=FILE/],
    ["it speaks no TLS", unavailable(new Error("The server does not support SSL connections")), false, /ssl = on/],
  ];
  for (const [name, error, passing, words] of cases) {
    test(name, () => {
      const trouble = databaseTrouble(error, url);
      assert.equal(trouble?.passing, passing);
      assert.match(trouble.text, words);
      assert.doesNotMatch(trouble.text, /hunter2|\n/);
    });
  }
});

test("a trouble without advice is told with its place and what was said there, and without the password", () => {
  const told = unknownTrouble(unavailable(ofServer("25P03", "terminating connection due to idle-in-transaction timeout")), url);
  assert.equal(told, "PostgreSQL at db.example:6432 cannot be used at the moment (terminating connection due to idle-in-transaction timeout).");
});

test("what is no trouble of PostgreSQL is not told as one", () => {
  assert.equal(databaseTrouble(withCode("ECONNREFUSED"), url), undefined, "the mail server, for all we know");
  assert.equal(databaseTrouble(unavailable(withCode("ECONNREFUSED")), undefined), undefined, "the embedded database");
  assert.equal(databaseTrouble(new Error("something else"), url), undefined);
  assert.equal(databaseTrouble(unavailable(ofServer("25P03", "terminating connection due to idle-in-transaction timeout")), url), undefined, "it did answer");
});
