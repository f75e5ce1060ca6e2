import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../src/mail/transport.ts";
import { loginEvery, probeEvery, ServerWatch } from "../../src/outbox/server-watch.ts";

const silent: Outcome = { kind: "later", reason: "timeout", trouble: "connection" };
const refused: Outcome = { kind: "later", reason: "connection refused", trouble: "server" };

function after(...heard: [Outcome, string][]): ServerWatch {
  const watch = new ServerWatch();
  for (const [outcome, recipient] of heard) watch.heard(outcome, recipient, 0);
  return watch;
}

const times = (n: number, outcome: Outcome, recipient = (i: number) => `person${i}@example.net`) =>
  Array.from({ length: n }, (_, i): [Outcome, string] => [outcome, recipient(i)]);

test("a server that cannot be reached five times in a row is away", () => {
  assert.equal(after(...times(4, refused)).away, false);
  assert.equal(after(...times(5, refused)).away, true);
});

test("a silent recipient's own mail server is not taken for ours, however many letters go there", () => {
  assert.equal(after(...times(100, silent)).away, false);
  assert.equal(after(...times(100, silent, (i) => `person${i}@EXAMPLE.${i % 2 ? "net" : "NET"}`)).away, false);
});

test("a server that is silent over recipients of five domains is away", () => {
  assert.equal(after(...times(5, silent, (i) => `person@example${i}.net`)).away, true);
});

test("a letter that is taken, or refused by an answer, ends it", () => {
  const watch = after(...times(9, refused), [{ kind: "sent" }, "bob@example.net"]);
  assert.equal(watch.away, false);
  assert.equal(after(...times(9, refused), [{ kind: "final", reason: "550 unknown" }, "bob@example.net"]).away, false);
});

test("a server that is away is asked now and then, whatever the clock does", () => {
  const watch = after(...times(5, refused));
  assert.equal(watch.mayAsk(probeEvery - 1), false);
  assert.equal(watch.mayAsk(probeEvery), true);
  assert.equal(watch.mayAsk(-probeEvery), true);
});

test("a server that could not be reached for a minute is away, be there one letter only; a silent recipient is not", () => {
  const watch = after([refused, "dave@example.net"]);
  watch.heard(refused, "dave@example.net", 59_999);
  assert.equal(watch.away, false);
  watch.heard(refused, "dave@example.net", 60_000);
  assert.equal(watch.away, true);
  watch.heard({ kind: "sent" }, "dave@example.net", 120_000);
  watch.heard(refused, "dave@example.net", 999_000);
  assert.equal(watch.away, false, "it begins anew");
  const other = after([silent, "dave@example.net"]);
  other.heard(silent, "dave@example.net", 5 * 24 * 3600_000);
  assert.equal(other.away, false);
});

test("a server that refuses our login is away for every letter, and is asked seldom after the first ones: many lock a login", () => {
  const login: Outcome = { kind: "later", reason: "535 5.7.8 bad password", trouble: "login" };
  const watch = after([login, "dave@example.net"]);
  assert.equal(watch.away, true);
  assert.equal(watch.mayAsk(probeEvery), true);
  for (const [outcome, recipient] of times(4, login)) watch.heard(outcome, recipient, 0);
  assert.equal(watch.mayAsk(loginEvery - 1), false);
  assert.equal(watch.mayAsk(loginEvery), true);
  watch.heard(refused, "dave@example.net", 0);
  assert.equal(watch.mayAsk(probeEvery), true, "it said nothing of the login this time");
});
