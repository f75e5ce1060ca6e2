import { type Html, html, nothing } from "../html.ts";
import { icon } from "./icon.ts";

export type Choice = { value: string; label: string };

/** A choice of one, with an icon before it; the form it stands in is sent on change where there is script. */
export function choice(given: { name: string; label: string; icon: string; chosen: string; choices: readonly Choice[] }): Html {
  const options = given.choices.map(
    ({ value, label }) => html`<option value="${value}"${value === given.chosen ? html` selected` : nothing}>${label}</option>`,
  );
  return html`<span class="choice" data-lead>${icon(given.icon)}<select class="select" name="${given.name}" aria-label="${given.label}" data-send-on-change>${options}</select>${icon("chevron-down")}</span>`;
}
