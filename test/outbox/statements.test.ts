import assert from "node:assert/strict";
import { test } from "node:test";
import type { Context } from "../../src/context.ts";
import type { Transport } from "../../src/mail/transport.ts";
import { startOutbox } from "../../src/outbox/worker.ts";
import { statementCounter } from "../support/count-statements.ts";
import { inPostOffice } from "./post-office.ts";

/** A context that counts its transactions and the statements in them. */
function counting(context: Context) {
  const { plugin, count } = statementCounter();
  let transactions = 0;
  const write: Context["store"]["write"] = (work) => {
    transactions += 1;
    return context.store.write((tx) => work({ ...tx, db: tx.db.withPlugin(plugin) }));
  };
  return { transactions: () => transactions, statements: count, context: { ...context, store: { ...context.store, write } } };
}

test("letters are claimed and noted many at a time: a quarter of a transaction each at most, and less than a statement", () =>
  inPostOffice(async (office) => {
    const letters: string[] = [];
    for (let n = 0; n < 200; n += 1) letters.push(await office.write(`n${n}@example.net`));
    const { transactions, statements, context } = counting(office.context);
    const transport: Transport = { deliver: async () => ({ kind: "sent" }), close: () => {} };
    const outbox = startOutbox(context, transport);
    try {
      for (const id of letters) await office.waitFor(id, "sent");
      // Mostly it is a third of that: on a busy machine fewer have come to their end when a round begins.
      assert.ok(transactions() <= letters.length / 4, `${transactions()} transactions`);
      assert.ok(statements() < letters.length, `${statements()} statements`);
    } finally {
      await outbox.stop();
    }
  }));
