import { type Html, html, nothing } from "../html.ts";
import type { Page } from "../page.ts";

const chips = new WeakMap<Page, Map<string, Html>>();

/** A handle as a chip that copies on click, with a mark on the reader's own. A page names few people, most of them many times. */
export function handleChip(page: Page, handle: string): Html {
  const ofPage = chips.get(page) ?? new Map<string, Html>();
  chips.set(page, ofPage);
  const chip = ofPage.get(handle) ?? html`${copyChip(page, handle)}${youMark(page, handle)}`;
  ofPage.set(handle, chip);
  return chip;
}

/** The mark "you" where the handle is the reader's own. */
export function youMark(page: Page, handle: string): Html {
  return page.viewer?.handle === handle ? html` <span class="you">${page.t("panel:you")}</span>` : nothing;
}

/** A text in letters of one width that copies itself when it is clicked. */
export function copyChip(page: Page, text: string): Html {
  return html`<button type="button" class="handle" data-copy="${text}" title="${page.t("panel:copy")}" data-copied-label="${page.t("panel:copied")}">${text}</button>`;
}
