import { type Html, html } from "../html.ts";

/** A narrow page with one form in the middle. */
export function gate(title: string, card: Html, below: Html): Html {
  return html`<div class="narrow gate stack"><h1>${title}</h1><div class="card stack">${card}</div><div class="below">${below}</div></div>`;
}
