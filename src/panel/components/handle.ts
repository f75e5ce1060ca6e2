import { html } from "hono/html";
import { type Html, nothing, type Page } from "../page.ts";

/** A handle as a chip that copies on click, with a mark on the reader's own. */
export function handleChip(page: Page, handle: string): Html {
  return html`${copyChip(page, handle)}${youMark(page, handle)}`;
}

/** The mark "you" where the handle is the reader's own. */
export function youMark(page: Page, handle: string): Html {
  return page.viewer?.handle === handle ? html` <span class="you">${page.t("panel:you")}</span>` : nothing;
}

/** A text in letters of one width that copies itself when it is clicked. */
export function copyChip(page: Page, text: string): Html {
  return html`<button type="button" class="handle" data-copy="${text}" title="${page.t("panel:copy")}" data-copied-label="${page.t("panel:copied")}">${text}</button>`;
}
