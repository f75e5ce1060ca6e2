import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decimalAmount, isCurrency, minorUnits } from "../../src/domain/money.ts";

describe("amounts", () => {
  test("are kept in the smallest unit of their currency", () => {
    assert.equal(minorUnits("12.50", "EUR"), 1250);
    assert.equal(minorUnits("12.5", "EUR"), 1250);
    assert.equal(minorUnits("12", "JPY"), 12);
    assert.equal(decimalAmount(1250, "EUR"), "12.50");
    assert.equal(decimalAmount(12, "JPY"), "12");
  });
  for (const amount of ["", "0", "0.00", "-1", "1,50", "1.505", "1e3", "a"]) {
    test(`${JSON.stringify(amount)} is no amount of euros`, () => assert.equal(minorUnits(amount, "EUR"), undefined));
  }
  test("a currency has three letters that somebody pays with", () => {
    assert.ok(isCurrency("EUR"));
    assert.ok(!isCurrency("eur"));
    assert.ok(!isCurrency("EURO"));
  });
});
