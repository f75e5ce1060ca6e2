import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { addInvoice } from "../../../src/actions/invoices/add-invoice.ts";
import { listDebts } from "../../../src/actions/invoices/list-debts.ts";
import { payInvoice } from "../../../src/actions/invoices/pay-invoice.ts";
import { accountsBehind } from "../../../src/storage/queries/standing.ts";
import { createStage, refusal, type Stage } from "../../support/cast.ts";
import { days } from "../../support/clock.ts";
import { eachStore } from "../../support/each-store.ts";
import { faults } from "../../support/household.ts";

const operator = { kind: "operator", source: "test" } as const;

eachStore("§4: invoices that the operator reports", (openStore) => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await createStage({}, openStore);
  });
  afterEach(() => stage.close());
  const invoice = { id: "2026-1", order: "o-1", amount: "12.50", currency: "eur", issuedOn: "2026-01-01", dueOn: "2026-01-15" };
  const add = (more = {}) => addInvoice(stage.context, operator, { ...invoice, account: stage.who.carol.handle, ...more });
  const pay = (id: string) => payInvoice(stage.context, operator, { id });
  const behind = (today: string) => accountsBehind(stage.store.read, [stage.who.carol.id, stage.who.dave.id], today);

  test("§9: an account is behind from the day after the due date, until it has paid", async () => {
    await add();
    assert.deepEqual(await behind("2026-01-15"), new Set());
    assert.deepEqual(await behind("2026-01-16"), new Set([stage.who.carol.id]));
    await pay("2026-1");
    assert.deepEqual(await behind("2026-01-16"), new Set());
    assert.deepEqual(await accountsBehind(stage.store.read, [], "2026-01-16"), new Set());
  });
  test("one's own debts are listed, and nobody else's", async () => {
    await add();
    await add({ id: "2025-9", dueOn: "2026-01-14", amount: "1000", currency: "JPY" });
    await add({ id: "2025-8", paidOn: "2026-01-02" });
    const debts = await listDebts(stage.context, stage.who.carol);
    assert.deepEqual(
      debts.map((debt) => [debt.id, debt.amount, debt.currency, debt.late]),
      [
        ["2025-9", "1000", "JPY", true],
        ["2026-1", "12.50", "EUR", false],
      ],
    );
    stage.clock.advance(days(1));
    assert.ok((await listDebts(stage.context, stage.who.carol)).every((debt) => debt.late));
    assert.deepEqual(await listDebts(stage.context, stage.who.alice), []);
  });
  test("a number is used once, for an account that exists", async () => {
    await add();
    assert.deepEqual(await refusal(add()), { code: "invoice-exists", id: "2026-1" });
    assert.deepEqual(await refusal(add({ account: "zz999999-ovh" })), { code: "account-not-found", handle: "zz999999-ovh" });
  });
  test("an invoice is paid once", async () => {
    await add();
    assert.equal((await pay("2026-1")).paid_on, "2026-01-15");
    assert.deepEqual(await refusal(pay("2026-1")), { code: "invoice-already-paid", id: "2026-1" });
    assert.deepEqual(await refusal(pay("2026-2")), { code: "invoice-not-found", id: "2026-2" });
  });
  test("what cannot be one is said by field", async () => {
    assert.deepEqual(Object.keys(await faults(add({ currency: "EURO", issuedOn: "1.1.2026" }))).sort(), ["currency", "issuedOn"]);
    assert.deepEqual(Object.keys(await faults(add({ amount: "12.505" }))), ["amount"]);
    assert.deepEqual(Object.keys(await faults(add({ dueOn: "2025-12-31" }))), ["dueOn"]);
  });
  test("each deed is in the audit log", async () => {
    await add();
    await pay("2026-1");
    const lines = await stage.store.read.selectFrom("audit").selectAll().orderBy("id").execute();
    assert.deepEqual(
      lines.map((line) => [line.deed, line.account_id, line.details_json]),
      [
        ["invoice.added", stage.who.carol.id, '{"invoice":"2026-1"}'],
        ["invoice.paid", stage.who.carol.id, '{"invoice":"2026-1"}'],
      ],
    );
  });
});
