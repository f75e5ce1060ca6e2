import assert from "node:assert/strict";
import { test } from "node:test";
import { translator } from "../../src/i18n/catalogue.ts";

test("a key that does not exist throws instead of showing itself", () => {
  assert.throws(() => translator("en").t("terms:role.full.king"), /no text for terms:role\.full\.king/);
});

test("a value that is missing throws", () => {
  assert.throws(() => translator("en").t("refusals:account-closed", {}), /no value for handle/);
});

test("a plural form that is missing throws", () => {
  assert.throws(() => translator("en").t("refusals:account-holds-roles"), /no text for refusals:account-holds-roles/);
});

test("what stands in a value is text, whatever it looks like", () => {
  const { t } = translator("en");
  for (const hostile of ["$t(terms:role.full.admin)", "{{id}}", "{{- id}}", "<b>", "$&", "$1"]) {
    assert.ok(t("refusals:account-closed", { handle: hostile }).includes(hostile), hostile);
  }
});

test("numbers are written as the language does where the text asks for it", () => {
  assert.match(translator("en").t("refusals:account-holds-roles", { count: 12345 }), /12,345 services/);
});
