import assert from "node:assert/strict";
import { test } from "node:test";
import { openSwitchboard } from "../support/api-caller.ts";

test("of twenty calls at once with one signature, one is carried out", async () => {
  const line = await openSwitchboard();
  try {
    const alice = await line.as("alice");
    const call = alice.signed("POST", "/domain/example.net/changeContact", { contactTech: line.who.dave.handle });
    const answers = await Promise.all(Array.from({ length: 20 }, async () => line.raw(call.clone())));
    assert.deepEqual(
      answers.map((answer) => answer.status).toSorted((one, other) => one - other),
      [200, ...Array.from({ length: 19 }, () => 403)],
    );
    assert.equal((await line.mails("dave")).length, 1);
  } finally {
    await line.close();
  }
});

test("of twenty calls at once with one Idempotency-Key, each signed anew, one is carried out and all get its answer", async () => {
  const line = await openSwitchboard();
  try {
    const alice = await line.as("alice");
    const contact = { contactTech: line.who.dave.handle };
    const once = { "Idempotency-Key": "order-1" };
    const answers = await Promise.all(Array.from({ length: 20 }, async () => alice.post("/domain/example.net/changeContact", contact, once)));
    assert.deepEqual([...new Set(answers.map((answer) => `${answer.status} ${answer.text}`))], ["200 [1]"]);
    assert.equal((await line.mails("dave")).length, 1);
  } finally {
    await line.close();
  }
});
