import { type Html, html, nothing, type Part } from "../html.ts";
import type { Notice } from "../page.ts";
import { icon } from "./icon.ts";

const icons = { done: "circle-check", waiting: "hourglass", refused: "triangle-alert", caution: "triangle-alert", plain: "info" } as const;

export type Look = keyof typeof icons;

/** A box with an icon: what was done, what waits, what went wrong, what is good to know. `end`: its button. */
export function noticeBox(look: Look, text: Part, end: Part = nothing): Html {
  return html`<div class="notice" data-look="${look}">${icon(icons[look])}<div>${text}</div>${end}</div>`;
}

/** What has just been done: told once, and at once to a screen reader. */
export function newsBox(news: Notice | undefined): Html {
  if (!news) return nothing;
  const text = html`<strong>${news.title}</strong>${news.text ? html` <span class="soft">${news.text}</span>` : nothing}`;
  return html`<div role="status" data-news>${noticeBox(news.look, text)}</div>`;
}
