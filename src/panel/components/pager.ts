import { type Html, html, nothing } from "../html.ts";
import type { Page } from "../page.ts";
import { attribute } from "./field.ts";
import { icon } from "./icon.ts";

type Links = { previous?: string | undefined; next?: string | undefined };

/** Links to the page before and the page after, where there are such; `words`: what the list shows. */
export function pager(page: Page, words: string, links: Links, { frame, more = nothing }: { frame?: string; more?: Html } = {}): Html {
  const into = attribute("data-turbo-frame", frame);
  const previous = links.previous
    ? html`<a class="button" data-size="small" rel="prev" href="${links.previous}"${into}>${icon("chevron-left")}${page.t("panel:pager.previous")}</a>`
    : nothing;
  const next = links.next
    ? html`<a class="button" data-size="small" rel="next" href="${links.next}"${into}>${page.t("panel:pager.next")}${icon("chevron-right")}</a>`
    : nothing;
  return html`<nav class="pager" aria-label="${page.t("panel:pager.label")}"><span class="figures" data-shown>${words}</span><span class="row">${more}${previous}${next}</span></nav>`;
}
