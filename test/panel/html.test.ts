import assert from "node:assert/strict";
import { test } from "node:test";
import { html, nothing } from "../../src/panel/html.ts";

test("escapes every sign that means something in markup, in texts and in attributes", () => {
  const text = `a<b>&amp;"c" 'd'`;
  const escaped = "a&lt;b&gt;&amp;amp;&quot;c&quot; &#39;d&#39;";
  assert.equal(String(html`<p title="${text}">${text}</p>`), `<p title="${escaped}">${escaped}</p>`);
});

test("takes pieces of a page as they are, one by one or in lists", () => {
  const rows = ["<1>", "2"].map((word) => html`<li>${word}</li>`);
  assert.equal(String(html`<ul>${rows}${[[html`<li>${3}</li>`]]}</ul>`), "<ul><li>&lt;1&gt;</li><li>2</li><li>3</li></ul>");
});

test("shows nothing where there is nothing, and zero where there is zero", () => {
  assert.equal(String(html`<p>${undefined}${nothing}${""}${[]}${0}</p>`), "<p>0</p>");
});
