import { validities } from "../../domain/credential-life.ts";
import type { FormState } from "../forms.ts";
import { type Html, html, nothing } from "../html.ts";
import type { Page } from "../page.ts";
import { attribute, field, wrong } from "./field.ts";
import { icon } from "./icon.ts";

/** For how long a key is to be valid. */
export function validityField(page: Page, form: FormState): Html {
  const error = form.errors.validity;
  const chosen = form.values.validity ?? "30";
  const options = validities.map(
    (one) => html`<option value="${one}"${one === chosen ? html` selected` : nothing}>${page.t(`panel:validity.${one}`)}</option>`,
  );
  return html`<div class="field"><label for="field-validity">${page.t("panel:create-key.validity")}</label>${wrong("field-validity-error", error)}<span class="choice"><select class="select" id="field-validity" name="validity"${attribute("aria-describedby", error && "field-validity-error")}>${options}</select>${icon("chevron-down")}</span></div>`;
}

/** The password, once more. */
export function passwordAgain(page: Page, form: FormState): Html {
  const label = page.t("panel:password");
  const user = html`<input type="text" name="username" value="${page.viewer?.handle ?? ""}" autocomplete="username" class="away" tabindex="-1" aria-hidden="true" readonly>`;
  return html`${user}${field(form, { name: "password", label, hint: page.t("panel:create-key.password-hint"), type: "password", autocomplete: "current-password" })}`;
}

export type Lines = { name: string; label: string; hint?: string; value?: string; rows: number; required?: boolean; code?: boolean };

/** A labelled field of several lines. */
export function linesField(form: FormState, { name, label, hint, value = "", rows, required = true, code = false }: Lines): Html {
  const error = form.errors[name];
  const id = `field-${name}`;
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const typing = code ? html` spellcheck="false" autocapitalize="none" autocomplete="off" data-kind="code"` : nothing;
  return html`<div class="field"><label for="${id}">${label}</label>${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : nothing}${wrong(`${id}-error`, error)}<textarea class="input" id="${id}" name="${name}" rows="${rows}"${typing}${attribute("aria-describedby", describedBy)}${error ? html` aria-invalid="true"` : nothing}${required ? html` required` : nothing}>${form.values[name] ?? value}</textarea></div>`;
}

/** A choice of one among few, each with what it means. */
export function radios(
  form: FormState,
  given: { name: string; legend: string; chosen: string; choices: readonly { value: string; label: string; hint: string }[] },
): Html {
  const { name, legend, choices } = given;
  const error = form.errors[name];
  const chosen = form.values[name] ?? given.chosen;
  const line = ({ value, label, hint }: (typeof choices)[number]) =>
    html`<label class="radio"><input type="radio" name="${name}" value="${value}"${value === chosen ? html` checked` : nothing}><span><strong>${label}</strong><span class="hint">${hint}</span></span></label>`;
  return html`<fieldset class="field radios"><legend>${legend}</legend>${wrong(`field-${name}-error`, error)}${choices.map(line)}</fieldset>`;
}
