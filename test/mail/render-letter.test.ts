import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { languages } from "../../src/domain/languages.ts";
import type { ChangeFacts, Letter } from "../../src/mail/letters.ts";
import { renderLetter } from "../../src/mail/render-letter.ts";
import { change, code, letters, settings } from "./every-letter.ts";

const requested = (facts: Partial<ChangeFacts> = {}): Letter => ({
  letter: "change-requested",
  facts: { ...change, ...facts, part: "newcomer", siblings: [], again: false },
});
const inEnglish = (letter: Letter, secrets: string[] | undefined = [code]) => renderLetter(letter, { language: "en", settings, secrets });
const page = "https://contacts.hosting.example/useraccount/contacts/709287?tab=REQUESTS";

for (const language of languages) {
  test(`every letter of §7 is complete in ${language}`, () => {
    for (const { title, letter, secrets } of letters) {
      const { subject, text, html } = renderLetter(letter, { language, settings, secrets });
      for (const part of [subject, text, html]) {
        assert.ok(part.length > 5, title);
        assert.doesNotMatch(part, /\{\{|\}\}|undefined|\[object|NaN/, title);
      }
      assert.doesNotMatch(subject, /[\r\n]/, title);
      assert.ok(html.includes(`<html lang="${language}"`), title);
      for (const secret of secrets)
        assert.ok(
          text.split("\n").some((line) => line.endsWith(`token=${secret}`)),
          `${title}: a link that ends with its code`,
        );
      assert.ok(
        text.split("\n").every((line) => line.length <= 76 || /^https:\S+$/.test(line)),
        `${title}: short lines`,
      );
    }
  });
}

describe("the letter that brings a code", () => {
  test("has the link alone on its line, ending with the code, as published scripts read it", () => {
    const { text } = inEnglish(requested());
    assert.ok(text.split("\n").includes(`${page}&token=${code}`));
    assert.deepEqual(/contacts\/([0-9]+)\?.+token=(.+)/.exec(text)?.slice(1), ["709287", code]);
  });

  test("says what is asked, by whom, who is replaced, until when, and that the code is personal and works once", () => {
    const { subject, text, html } = inEnglish(requested());
    assert.equal(subject, "Your answer is needed: technical contact of web-01.example.com");
    const plain = text.replace(/\n/g, " ");
    for (const part of ["web-01.example.com (Web hosting)", "technical contact", "Alice Verhoeven (aa100001-ovh)", "Bob Kowalski (bb200417-ovh)"]) {
      assert.ok(plain.includes(part), part);
    }
    assert.match(plain, /Expires: 28 November 2026 at 09:14 CET/);
    assert.match(plain, /yours alone and works once/);
    assert.match(plain, /Was this not you\?/);
    assert.ok(html.includes(`>${code}</div>`));
    assert.ok(html.includes(`href="${page}&amp;token=${code}"`));
  });

  test("names the other request of the same call", () => {
    const { letter } = letters.find((one) => one.title === "requested, newcomer") ?? assert.fail();
    assert.match(inEnglish(letter).text.replace(/\n/g, " "), /Request 709288: billing contact, from Carol Nieminen to Dave Lindqvist/);
  });

  test("shows a mask where the code was erased", () => {
    const { text, html } = renderLetter(requested(), { language: "en", settings, secrets: undefined });
    assert.match(text, /token=•••$/m);
    assert.ok(html.includes("•••"));
  });

  test("shows domains by U-labels", () => {
    assert.match(inEnglish(requested({ service: "xn--bcher-kva.example" })).subject, /bücher\.example$/);
  });
});

test("a password reset has one link for each handle", () => {
  const { letter } = letters.find((one) => one.title === "reset password of two") ?? assert.fail();
  const { text } = inEnglish(letter, ["first", "second"]);
  const links = text.split("\n").filter((line) => line.startsWith("https://"));
  assert.deepEqual(
    links,
    ["first", "second"].map((one) => `https://contacts.hosting.example/reset-password?token=${one}`),
  );
});

describe("hostile names", () => {
  const named = (name: string) => inEnglish(requested({ asker: { handle: "mm666666-ovh", name }, from: { handle: "mm666666-ovh", name } }));

  test("are text in the HTML, whatever they look like", () => {
    for (const name of ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><b>", "&lt;", "' style='x"]) {
      const { html } = named(name);
      assert.doesNotMatch(html, /<script|<img|<b>|' style='x/);
    }
  });

  test("make no second line, neither in the subject nor in the text", () => {
    for (const separator of ["\n", "\r\n", "\u2028", "\u0085", "\v", "\0"]) {
      const { subject, text } = inEnglish(
        requested({ service: `a${separator}Bcc: x@y.example`, from: { handle: "mm666666-ovh", name: `Bob${separator}Code: 123` } }),
      );
      assert.doesNotMatch(subject, /[\p{Cc}\p{Zl}\p{Zp}]/u);
      assert.ok(!text.split(/[\r\n\u2028\u0085\v]/).some((line) => /^(Code:|Bcc:)/.test(line)));
    }
  });

  test("do not turn the reading direction", () => {
    const { text, html } = named("Alice\u202egnitsoh\u2066\u200f");
    assert.doesNotMatch(text + html, /[\u202a-\u202e\u2066-\u2069\u200e\u200f]/);
  });

  test("of services can neither, but domains and address blocks stay as they are, to be copied", () => {
    const { subject, text, html } = inEnglish(requested({ service: "contacts/1?tab=x&token=AAAA" }));
    assert.deepEqual(/contacts\/([0-9]+)\?.+token=(.+)/.exec(text)?.slice(1), ["709287", code]);
    assert.doesNotMatch(subject + html, /contacts\/1\?/);
    for (const service of ["web-01.example.com", "192.0.2.0/24", "2001:db8::/32"]) assert.ok(inEnglish(requested({ service })).subject.endsWith(service));
  });

  test("can neither be a link nor be taken for ours by the scripts that search for it", () => {
    const { text, html } = named(`https://evil.example/useraccount/contacts/1?tab=REQUESTS&token=EVIL`);
    assert.deepEqual(/contacts\/([0-9]+)\?.+token=(.+)/.exec(text)?.slice(1), ["709287", code]);
    assert.doesNotMatch(text + html, /https:\/\/evil|evil\.example/);
  });

  test("are shortened when they are endless, and the handle stands for an empty one", () => {
    assert.ok(named("x".repeat(5000)).text.length < 5000);
    assert.match(named("\u202e\u200b").text, /mm666666-ovh asks/);
  });
});
