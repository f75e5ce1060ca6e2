import type { FormState } from "../forms.ts";
import { type Html, html, nothing } from "../html.ts";
import { icon } from "./icon.ts";

export type Field = {
  name: string;
  label: string;
  type?: "text" | "email" | "password" | "tel";
  hint?: string;
  autocomplete?: string;
  /** What stands there before anybody types. */
  value?: string;
  required?: boolean;
  kind?: "handle";
  focus?: boolean;
};

/** A labelled field with its hint and its error; what was typed comes back, except passwords. */
export function field(form: FormState, given: Field): Html {
  const error = form.errors[given.name];
  const id = `field-${given.name}`;
  const describedBy = [given.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const value = given.type === "password" ? "" : (form.values[given.name] ?? given.value ?? "");
  return html`<div class="field"><label for="${id}">${given.label}</label>${given.hint ? html`<p class="hint" id="${id}-hint">${given.hint}</p>` : nothing}${wrong(`${id}-error`, error)}<input class="input" id="${id}" name="${given.name}" type="${given.type ?? "text"}" value="${value}"${attribute("data-kind", given.kind)}${attribute("autocomplete", given.autocomplete)}${attribute("aria-describedby", describedBy)}${error ? html` aria-invalid="true"` : nothing}${given.required === false ? nothing : html` required`}${(given.focus && !hasErrors(form)) || firstError(form) === given.name ? html` autofocus` : nothing}${given.kind === "handle" ? html` spellcheck="false" autocapitalize="none"` : nothing}></div>`;
}

/** The error at a field. */
export function wrong(id: string, error: string | undefined): Html {
  return error ? html`<p class="wrong" id="${id}">${icon("triangle-alert")}<span>${error}</span></p>` : nothing;
}

/** ` name="value"`, or nothing where there is no value. */
export function attribute(name: string, value: string | undefined): Html {
  return value ? html` ${name}="${value}"` : nothing;
}

/** The error that belongs to no field, at the top of the form. */
export function formError(form: FormState): Html {
  const error = form.errors.form;
  return error ? html`<div class="notice" data-look="refused" role="alert">${icon("triangle-alert")}<div>${error}</div></div>` : nothing;
}

export function hasErrors(form: FormState): boolean {
  return Object.keys(form.errors).length > 0;
}

function firstError(form: FormState): string | undefined {
  return Object.keys(form.errors)[0];
}
