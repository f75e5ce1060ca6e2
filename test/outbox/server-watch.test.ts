import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "../../src/mail/transport.ts";
import { probeEvery, ServerWatch } from "../../src/outbox/server-watch.ts";

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
