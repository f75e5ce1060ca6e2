import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { languages } from "../../src/domain/languages.ts";
import { textsOf } from "../../src/i18n/catalogue.ts";

const root = join(import.meta.dirname, "../../src");
const comment = /^\s*(\/\*[\s\S]*?\*\/|\/\/.*)$/gm;
const sources = globSync("**/*.ts", { cwd: root }).map((file) => ({ file, text: readFileSync(join(root, file), "utf8").replace(comment, "") }));
const english = textsOf("en");

const form = /_(zero|one|two|few|many|other)$/;
const baseOf = (key: string): string => key.replace(form, "");
const placeholders = (text: string): string[] => [...text.matchAll(/\{\{-?\s*([^},\s]+)[^}]*\}\}/g)].map((match) => match[1] ?? "");

/** The keys of a language without their plural endings, each with its forms ("" where it has none). */
function formsOf(texts: ReadonlyMap<string, string>): Map<string, Map<string, string>> {
  const forms = new Map<string, Map<string, string>>();
  for (const [key, text] of texts) {
    const base = baseOf(key);
    forms.set(base, (forms.get(base) ?? new Map<string, string>()).set(form.exec(key)?.[1] ?? "", text));
  }
  return forms;
}

const englishForms = formsOf(english);

for (const language of languages) {
  describe(`the texts in ${language}`, () => {
    const forms = formsOf(textsOf(language));

    test("have every key, and none that English has not", () => {
      assert.deepEqual(
        [...englishForms.keys()].filter((key) => !forms.has(key)),
        [],
        "missing",
      );
      assert.deepEqual(
        [...forms.keys()].filter((key) => !englishForms.has(key)),
        [],
        "too many",
      );
    });

    test("have every plural form of the language, and no other", () => {
      const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
      const wrong = [...englishForms].flatMap(([key, inEnglish]) => {
        const expected = inEnglish.has("") ? [""] : wanted;
        const found = [...(forms.get(key)?.keys() ?? [])].toSorted();
        return found.length === 0 || found.join() === expected.join() ? [] : [`${key}: ${found.join(", ")} instead of ${expected.join(", ")}`];
      });
      assert.deepEqual(wrong, []);
    });

    test("have the placeholders of the English ones; one form of a plural may do without its number", () => {
      const wrong = [...englishForms].flatMap(([key, inEnglish]) => {
        const expected = new Set([...inEnglish.values()].flatMap(placeholders));
        return [...(forms.get(key) ?? [])].flatMap(([ending, text]) => {
          const found = new Set(placeholders(text));
          const missing = [...expected].filter((name) => !found.has(name) && !(ending !== "" && name === "count"));
          const unknown = [...found].filter((name) => !expected.has(name));
          return missing.length + unknown.length === 0 ? [] : [`${key}_${ending}: missing ${missing.join(", ")}; unknown ${unknown.join(", ")}`];
        });
      });
      assert.deepEqual(wrong, []);
    });

    test("are neat: no doubled or outer spaces, nothing empty, no nesting", () => {
      const wrong = [...textsOf(language)].filter(([, text]) => text.trim() !== text || text === "" || /  |\$t\(/.test(text));
      assert.deepEqual(wrong, []);
    });
  });
}

/** Templates that could name every key of a file: what they really name is listed in `chosen`. */
const letsAll = ["letters:${key}", "refusals:${keyOf(detail)}"];

/** Keys that are put together from facts, in templates that do not tell their file. */
const chosen = [
  /^refusals:/,
  /^letters:change\.(open|done|ended)\.(from|to)$/,
  /^letters:change-requested\.(intro|caution)\./,
  /^letters:change-done\.intro\./,
  /^letters:change-failed\.why\./,
  /^letters:change-(refused|cancelled|expired|failed)\.(subject|title)$/,
  /^letters:renewal-due\.(automatic|manual)\.(month|week)\.(subject|text)$/,
  /^letters:(renewed|service-expired)\.(subject|text)$/,
  /^letters:renewal\.(automatic|manual)$/,
];

describe("the keys of the texts", () => {
  const literals = new Map<string, Set<string>>();
  for (const { file, text } of sources) {
    const folder = file.split("/")[0] ?? "";
    for (const [, literal = ""] of text.matchAll(/"([^"\n]+)"/g)) literals.set(literal, (literals.get(literal) ?? new Set()).add(folder));
  }
  const templates = sources.flatMap(({ text }) => [...text.matchAll(/`((?:terms|panel|letters|refusals):[^`]*)`/g)].map((match) => match[1] ?? ""));
  const patterns = templates.filter((one) => !letsAll.includes(one)).map((one) => ({ one, pattern: patternOf(one) }));
  const keys = [...englishForms.keys()];

  test("that the source names all exist", () => {
    const named = [...literals.keys()].filter((literal) => /^(terms|panel|letters|refusals):[a-z]/.test(literal));
    assert.ok(named.length > 20, `only ${named.length} keys found in the source`);
    assert.deepEqual(
      named.filter((key) => !englishForms.has(key)),
      [],
    );
    assert.deepEqual(
      patterns.filter(({ pattern }) => !keys.some((key) => pattern.test(key))).map(({ one }) => one),
      [],
    );
  });

  test("are all used", () => {
    const folders: Record<string, string> = { letters: "mail", panel: "panel" };
    const unused = keys.filter((key) => {
      const [file = "", name = ""] = key.split(/:(.*)/s);
      if (literals.has(key) || literals.get(name)?.has(folders[file] ?? "")) return false;
      return ![...patterns.map(({ pattern }) => pattern), ...chosen].some((pattern) => pattern.test(key));
    });
    assert.deepEqual(unused, []);
  });

  test("of refusals are the codes of refusal.ts, each one", () => {
    const source = sources.find(({ file }) => file === "domain/refusal.ts")?.text ?? "";
    const codes = [...source.matchAll(/code: "([a-z-]+)"/g)].map((match) => match[1] ?? "");
    const texts = keys.filter((key) => key.startsWith("refusals:")).map((key) => key.slice("refusals:".length).split(".")[0] ?? "");
    assert.deepEqual([...new Set(texts)].toSorted(), [...new Set(codes)].toSorted());
  });
});

function patternOf(template: string): RegExp {
  const parts = template.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^:]+")}$`);
}
