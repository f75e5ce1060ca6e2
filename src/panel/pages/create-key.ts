import { field, formError } from "../components/field.ts";
import { icon } from "../components/icon.ts";
import { linesField, passwordAgain, radios, validityField } from "../components/key-fields.ts";
import { exactRules, type RulesView, rulesInWords } from "../components/key-rules.ts";
import type { FormState } from "../forms.ts";
import { type Html, html } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";

/** `words`: what the rules in the form allow; undefined: there are none. */
export type CreateKeyView = { form: FormState; words: RulesView | undefined };

/** Makes a key for a program of one's own. */
export function createKeyPage(page: Page, { form, words }: CreateKeyView): Content {
  const title = page.t("panel:create-key.title");
  const body = html`<div class="head"><a class="back" href="/useraccount/keys">${icon("chevron-left")}${page.t("panel:keys.title")}</a><h1>${title}</h1><p class="soft">${page.t("panel:create-key.text")}</p></div>
<div class="two"><form class="card form" id="create-key" method="post" action="/createToken/" data-turbo="false">${formError(form)}
${field(form, { name: "name", label: page.t("panel:create-key.name"), hint: page.t("panel:create-key.name-hint"), autocomplete: "off", focus: true })}
${field(form, { name: "description", label: page.t("panel:create-key.description"), autocomplete: "off", required: false })}
${kinds(page, form)}
${linesField(form, { name: "rules", label: page.t("panel:create-key.rules"), hint: page.t("panel:create-key.rules-hint"), rows: 5, code: true })}
${validityField(page, form)}
${linesField(form, { name: "addresses", label: page.t("panel:create-key.addresses"), hint: page.t("panel:create-key.addresses-hint"), rows: 2, required: false, code: true })}
${passwordAgain(page, form)}
<div><button class="button" data-kind="first">${page.t("panel:create-key.do")}</button></div></form>
${wordsCard(page, words)}</div>`;
  return { title, place: "profile", body };
}

function kinds(page: Page, form: FormState): Html {
  const choices = (["signed", "client"] as const).map((value) => ({
    value,
    label: page.t(`panel:create-key.kind.${value}`),
    hint: page.t(`panel:create-key.kind.${value}-hint`),
  }));
  return radios(form, { name: "kind", legend: page.t("panel:create-key.kind"), chosen: "signed", choices });
}

/** Stands after the form, so that the Enter key in a field creates the key and does not ask for the words. */
function wordsCard(page: Page, words: RulesView | undefined): Html {
  const text = words ? html`${rulesInWords(page, words)}${exactRules(page, words.rules)}` : html`<p class="soft">${page.t("panel:create-key.no-rules")}</p>`;
  return html`<section class="card stack-tight" id="words"><h2>${page.t("panel:create-key.in-words")}</h2>${text}<div><button class="button" form="create-key" formaction="/createToken/#words" name="show" value="words" formnovalidate>${icon("rotate-cw")}${page.t("panel:create-key.show-words")}</button></div></section>`;
}
