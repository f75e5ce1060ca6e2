import { languages } from "../../domain/languages.ts";
import { field, formError } from "../components/field.ts";
import { icon } from "../components/icon.ts";
import type { FormState } from "../forms.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Content } from "../layout.ts";
import type { Page } from "../page.ts";
import { gate } from "./gate.ts";

export function signUpPage(page: Page, { form }: { form: FormState }): Content {
  const card = html`<form class="form" method="post" action="/sign-up">${formError(form)}
${field(form, { name: "name", label: page.t("panel:profile.name"), autocomplete: "name", focus: true })}
${field(form, { name: "email", label: page.t("panel:profile.email"), hint: page.t("panel:sign-up.email-hint"), type: "email", autocomplete: "email" })}
${field(form, { name: "password", label: page.t("panel:password"), hint: page.t("panel:password-hint"), type: "password", autocomplete: "new-password" })}
${languageField(page, form)}
<button class="button" data-kind="first" data-size="wide">${page.t("panel:sign-up.do")}</button></form>`;
  const below = html`<p class="aside">${page.t("panel:sign-up.have-account")} <a href="/sign-in">${page.t("panel:sign-in.do")}</a></p>`;
  return { title: page.t("panel:sign-up.title"), body: gate(page.t("panel:sign-up.title"), card, below), alone: true };
}

/** The language of pages and letters. */
export function languageField(page: Page, form: FormState, present?: string): Html {
  const chosen = form.values.language ?? present ?? page.language;
  const options = languages.map((one) => html`<option value="${one}"${one === chosen ? html` selected` : nothing}>${page.t(`terms:language.${one}`)}</option>`);
  return html`<div class="field"><label for="field-language">${page.t("panel:profile.language")}</label><p class="hint" id="field-language-hint">${page.t("panel:profile.language-hint")}</p><span class="choice"><select class="select" id="field-language" name="language" aria-describedby="field-language-hint">${options}</select>${icon("chevron-down")}</span></div>`;
}
