import assert from "node:assert/strict";
import { test } from "node:test";
import type { KyselyPlugin } from "kysely";
import type { Context } from "../../src/context.ts";
import type { Transport } from "../../src/mail/transport.ts";
import { startOutbox } from "../../src/outbox/worker.ts";
import { inPostOffice } from "./post-office.ts";

/** A context that counts its transactions and the statements in them. */
function counting(context: Context) {
  const counted = { transactions: 0, statements: 0 };
  const counter: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      counted.statements += 1;
      return result;
    },
  };
  const write: Context["store"]["write"] = (work) => {
    counted.transactions += 1;
    return context.store.write((tx) => work({ ...tx, db: tx.db.withPlugin(counter) }));
  };
  return { counted, context: { ...context, store: { ...context.store, write } } };
}

test("letters are claimed and noted many at a time: a tenth of a transaction each, and a third of a statement", () =>
  inPostOffice(async (office) => {
    const letters: string[] = [];
    for (let n = 0; n < 200; n += 1) letters.push(await office.write(`n${n}@example.net`));
    const { counted, context } = counting(office.context);
    const transport: Transport = { deliver: async () => ({ kind: "sent" }), close: () => {} };
    const outbox = startOutbox(context, transport);
    try {
      for (const id of letters) await office.waitFor(id, "sent");
      assert.ok(counted.transactions <= 20, `${counted.transactions} transactions`);
      assert.ok(counted.statements <= 66, `${counted.statements} statements`);
    } finally {
      await outbox.stop();
    }
  }));
