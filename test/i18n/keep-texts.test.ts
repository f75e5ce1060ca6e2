import assert from "node:assert/strict";
import { test } from "node:test";
import { languages } from "../../src/domain/languages.ts";
import { textsOf, translator } from "../../src/i18n/catalogue.ts";
import { keepTexts } from "../../src/i18n/keep-texts.ts";

const namesIn = (text: string): string[] => [...text.matchAll(/\{\{(\w+)[^}]*\}\}/g)].map((match) => match[1] ?? "");

for (const language of languages)
  test(`a text is filled with new values each time, in ${language}`, () => {
    const { t } = translator(language);
    const texts = [...textsOf(language)].filter(([, text]) => namesIn(text).length > 0 && !namesIn(text).includes("count"));
    const plain = texts.filter(([key]) => !/_(zero|one|two|few|many|other)$/.test(key));
    assert.ok(plain.length > 20);
    for (const turn of ["first", "{{id}} $&", "third"])
      for (const [key, text] of plain) {
        const values = Object.fromEntries(namesIn(text).map((name) => [name, `${turn} ${name}`]));
        assert.equal(
          t(key, values),
          text.replace(/\{\{(\w+)[^}]*\}\}/g, (_, name: string) => `${turn} ${name}`),
        );
      }
  });

test("each number has the plural form of its language, in whatever order they come", () => {
  const { t } = translator("pl");
  const words = (count: number) => t("panel:services.shown-filtered", { count });
  const first = [1, 2, 5, 22, 12].map(words);
  assert.equal(new Set(first.map((text) => text.replace(/\d+/, ""))).size, 3);
  assert.deepEqual([12, 22, 5, 2, 1].map(words).reverse(), first);
});

test("the engine is asked once for a text, whatever is put into it", () => {
  const asked: string[] = [];
  const t = keepTexts((key, values) => {
    asked.push(key);
    return `Hello ${values?.["name"] ?? "you"}, ${values?.["count"] ?? "no"} services`;
  });
  assert.equal(t("hello", { name: "Ann", count: 2 }), "Hello Ann, 2 services");
  assert.equal(t("hello", { name: "Bob", count: 2 }), "Hello Bob, 2 services");
  assert.equal(t("hello", { name: "Bob", count: 3 }), "Hello Bob, 3 services");
  assert.equal(t("hello"), "Hello you, no services");
  assert.equal(t("hello"), "Hello you, no services");
  assert.equal(asked.length, 3);
});
